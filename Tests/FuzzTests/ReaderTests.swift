import Curves
import Formats
import Models
import Foundation
import Platform
import TestSupport
import Testing

@testable import Experiments
@testable import Text
@testable import Training

/// Ten thousand mutants for each reader of what a disk or a person hands over: none may trap, hang, or take memory out
/// of proportion.
@Suite(.timeLimit(.minutes(10)))
struct ReaderTests {
  @Test func experiments() async {
    await #expect(processExitsWith: .success) {
      let text = #"""
        {"name": "x", "description": "\u00e9\n", "corpus": "c.txt", "seeds": [0, 1], "learningRates": [1e-3],
         "tokenizer": {"kind": "wordpiece", "vocabularySize": 64, "lowercase": true},
         "validation": {"fraction": 0.1, "split": "block"}, "masking": {"probability": 0.15, "cap": 20},
         "model": {"preset": "tiny", "layers": 1, "dropout": 0.1}, "baseline": "a",
         "training": {"steps": 40, "batchSize": 4, "sequenceLength": 16, "clipNorm": 1, "biasCorrection": true},
         "arms": [{"name": "a", "position": "learned"},
                  {"name": "b", "position": "rotary", "theta": 500, "training": {"seedOffset": 7}}],
         "targetLosses": [4, 3.5]}
        """#
      let words = ["{", "}", "[", "]", "\"", ",", ":", "null", "true", "\\u", "\\ud800", "\"arms\":", "[[", "{\"a\":"]
      try Fuzzing.run("experiment", on: Array(text.utf8), words: words) { path in
        let experiment = try Experiment(file: path)
        try experiment.checkFits()
        _ = experiment.cells.first?.folderName
      }
    }
  }

  /// What a tuning has chosen, with the grids that follow from it.
  @Test func selections() async {
    await #expect(processExitsWith: .success) {
      let file = #"""
        {"name": "x", "corpus": "c.txt", "arms": [{"name": "a", "position": "none"}, {"name": "b", "position": "rotary"}],
         "selection": {"learningRates": [0.001, 0.002]}, "targetFractions": [0.5],
         "quality": {"seeds": [7], "schedule": "stable-decay"}}
        """#
      let experiment = try Experiment(JSONValue.parse(file, source: "x.json"))
      let text = #"""
        {"rule": "r", "asked": {"learning_rates": [0.001, 0.002], "seeds": [1000], "extensions": 3},
         "learning_rates": [0.001, 0.002], "is_interior": true, "target_fractions": [0.5], "conditions": [
          {"arms": ["a", "b"], "unigram_loss_nats": 6, "best_loss_nats": 3, "best_run": "b", "target_losses": [4.5, 4],
           "deciding_target_nats": 4.5}],
         "arms": [
         {"arm": "a", "learning_rate": 0.001, "is_interior": true, "has_reached": true, "why": "w", "tried": [
          {"learning_rate_peak": 0.001, "runs": 1, "reached": 1, "steps": 30, "final_loss_nats": 4, "diverged": 0}]},
         {"arm": "b", "learning_rate": 0.002, "is_interior": false, "has_reached": false, "why": "w", "tried": []}]}
        """#
      let words = ["{", "}", "[", "]", "\"", ",", ":", "null", "true", "1e999", "-1", "\"arms\":", "[[", "1e-400"]
      let folder = NSTemporaryDirectory() + "roformer-selections-\(getpid())"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(atPath: folder) }
      try Fuzzing.run("selection", on: Array(text.utf8), words: words) { path in
        try Files.write(Files.read(path, as: "mutant"), to: SelectionRecord.path(in: folder))
        _ = try ExperimentPlan(experiment, in: folder).stages.flatMap(\.grid.cells)
      }
    }
  }

  @Test func corpora() async {
    await #expect(processExitsWith: .success) {
      let text =
        "\u{FEFF}One tale, a cat.\nIt ends.\n\nCafe\u{301} 東京 [MASK]\r\n \t\n\u{2003}\nTwo \u{0}x dogs!\n\ntwo  DOGS!\n"
      let words = ["\n", "\n\n", " ", "\u{301}", "[SEP]", "한", "\u{FFFD}", "\u{2028}", "İ", "ß", "a", "😀", "##"]
      try Fuzzing.run("corpus", on: Array(text.utf8), words: words) { path in
        let corpus = try Corpus.load(path: path)
        for contiguous in [false, true] {
          let parts = try corpus.split(validationFraction: 0.3, contiguous: contiguous, seed: 0)
          for kind in TokenizerSpecification.Kind.allCases {
            let tokenizer = try TokenizerSpecification(kind: kind, vocabularySize: 40).makeTokenizer(
              training: parts.training)
            for document in parts.validation {
              precondition(tokenizer.encode(document).allSatisfy { 0..<Int32(tokenizer.vocabulary.count) ~= $0 })
            }
          }
        }
      }
    }
  }

  @Test func vocabularies() async {
    await #expect(processExitsWith: .success) {
      let tokens = Vocabulary.specialTokens + ["a", "##b", "é", "東", "the", "##ing", "!"]
      let words = ["\n", "\r\n", "##", "[PAD]", "[UNK]", "é", "\n\n", "a"]
      try Fuzzing.run("vocabulary", on: Array(tokens.joined(separator: "\n").utf8), words: words) { path in
        let vocabulary = try Vocabulary.load(path: path)
        let ids = WordPieceTokenizer(vocabulary: vocabulary, lowercase: true).encode("The abbing 東é [MASK] thing!")
        precondition(ids.allSatisfy { 0..<Int32(vocabulary.count) ~= $0 })
      }
    }
  }

  @Test func tokenizerFiles() async {
    await #expect(processExitsWith: .success) {
      let text = #"""
        {"version": "1.0", "padding": {"pad_token": "[PAD]"}, "added_tokens": [
         {"id": 1, "content": "[UNK]", "lstrip": false, "normalized": false, "rstrip": false, "special": true},
         {"id": 8, "content": "<x>", "single_word": true, "lstrip": true, "rstrip": true, "normalized": true}],
         "normalizer": {"type": "BertNormalizer", "clean_text": false, "lowercase": true, "strip_accents": null},
         "pre_tokenizer": {"type": "BertPreTokenizer"},
         "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]},
         "model": {"type": "WordPiece", "unk_token": "[UNK]", "max_input_chars_per_word": 9, "vocab":
          {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "[MASK]": 4, "a": 5, "##\u00e9": 6, "x": 7}}}
        """#
      let words = ["{", "}", "\"", ",", "null", "true", "false", "\\u0301", "[PAD]", "\"id\": ", " ", "é", "\u{0}"]
      try Fuzzing.run("tokenizer", on: Array(text.utf8), words: words) { path in
        let folder = path + ".tokenizer"
        try Files.makeFolder(folder)
        let copy = TokenizerFolder.tokenizerPath(in: folder)
        try Data(contentsOf: URL(fileURLWithPath: path)).write(to: URL(fileURLWithPath: copy))
        let tokenizer = try TokenizerFolder.load(folder)
        let ids = tokenizer.encode(" <x> a<X>é\u{301} \u{0}[MASK] xaé [UNK]")
        precondition(ids.allSatisfy { 0..<Int32(tokenizer.vocabulary.count) ~= $0 })
      }
    }
  }

  /// The files beside a `vocab.txt`, one after another in one input.
  @Test func tokenizerSettings() async {
    await #expect(processExitsWith: .success) {
      let text = #"""
        {"tokenizer_class": "BertTokenizer", "do_lower_case": true, "strip_accents": null, "mask_token": "<m>",
         "extra_special_tokens": ["<x>", {"__type": "AddedToken", "content": "a b", "single_word": true}]}
        ---
        {"mask_token": {"content": "[MASK]", "lstrip": true, "normalized": true}, "image_token": "é"}
        ---
        {"<y>": 8, "new york": 9}
        ---
        {"model_type": "bert"}
        """#
      let names = ["tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "config.json"]
      let words = ["{", "}", "\"", ",", "null", "---\n", "\"added_tokens_decoder\": {", "[MASK]", "\"5\": ", "é"]
      try Fuzzing.run("tokenizer settings", on: Array(text.utf8), words: words) { path in
        let folder = path + ".tokenizer"
        try Files.makeFolder(folder)
        let pieces = Vocabulary.specialTokens + ["a", "##é", "", "x"]
        try Data(pieces.joined(separator: "\n").utf8).write(
          to: URL(fileURLWithPath: TokenizerFolder.vocabularyPath(in: folder)))
        let parts = try Files.readText(path, as: "settings").components(separatedBy: "---\n")
        for (name, part) in zip(names, parts + ["", "", ""]) {
          let file = URL(fileURLWithPath: folder + "/" + name)
          if part.isEmpty { try? FileManager.default.removeItem(at: file) } else { try Data(part.utf8).write(to: file) }
        }
        let tokenizer = try TokenizerFolder.load(folder)
        let ids = tokenizer.encode(" <x> a b é\u{301} <m>[MASK] <y>new york")
        precondition(ids.allSatisfy { 0..<Int32(tokenizer.vocabulary.count) ~= $0 })
        try Files.makeFolder(folder + ".copy")
        try TokenizerFolder.write(tokenizer, to: folder + ".copy")
      }
    }
  }

  @Test func checkpoints() async {
    await #expect(processExitsWith: .success) {
      let encoder = EncoderConfiguration(
        vocabularySize: 8, layerCount: 1, hiddenSize: 4, headCount: 1, feedForwardSize: 4, position: .rotary(.init()))
      let training = ModelTraining<_, Float>(MaskedTokenPrediction(), encoder, TrainingConfiguration(), seed: 0)
      var point = CurvePoint(step: 3, tokens: 9, elapsedSeconds: 0.5)
      point[.trainingLoss] = 2
      let original = Checkpoint(
        step: 4, tokens: 12, elapsedSeconds: 1,
        identity: RunIdentity(seed: 0, peakLearningRate: 1, settings: TrainingConfiguration(), sequenceCount: 5),
        digests: RunDigests(initial: training.store),
        pending: PendingPoint(learningRate: 1, gradientNorm: 2, lossNats: 3), points: [point, point],
        readings: [ProbeReading(step: 3, values: [ProbeValue(probe: "order-gap", layer: 1, value: 0.5)])])
      let folder = try TemporaryFolder()
      let file = folder.path + "/checkpoint"
      try original.write(training, to: file)
      let words = ["{", "}", "\"", "checksum64:", "\"curve\":", "[", "\"step\\\":", "F32", "F64", "data_offsets"]
      try Fuzzing.run(
        "checkpoint", on: Array(Files.read(file, as: "checkpoint")), words: words,
        seal: { bytes in
          // A reader that looks no further than the checksum sees nothing wrong with it.
          guard let label = Data(bytes).range(of: Data("checksum64:".utf8)), label.upperBound + 16 <= bytes.count else {
            return bytes
          }
          var bytes = bytes
          let digits = label.upperBound..<label.upperBound + 16
          bytes.replaceSubrange(digits, with: UInt64(0).hexadecimalText.utf8)
          bytes.replaceSubrange(digits, with: bytes.withUnsafeBytes(Checksum.of).hexadecimalText.utf8)
          return bytes
        }
      ) { path in
        let checkpoint = try Checkpoint.read(path, into: training)
        precondition(checkpoint.points.allSatisfy { $0.step <= checkpoint.step })
        precondition(checkpoint.readings.allSatisfy { $0.step <= checkpoint.step })
      }
    }
  }

  @Test func cachedTokens() async {
    await #expect(processExitsWith: .success) {
      let documents = Documents(["the cat sat on the mat", "a dog", "the end of the tale"])
      let tokenizer = try TokenizerSpecification(vocabularySize: 50).makeTokenizer(training: documents)
      let key = String(repeating: "k", count: 64)
      var original: [UInt8] = []
      try TokenFile.make(
        training: documents, validation: Documents(["the dog sat"]), tokenizer: tokenizer, key: key,
        append: { original += $0 })
      try Fuzzing.run(
        "tokens", on: original, words: ["\n", "[MASK]", "k", "roformer tokens1"],
        seal: { bytes in
          guard bytes.count >= 8 else { return bytes }
          let body = bytes.dropLast(8)
          return body + withUnsafeBytes(of: body.withUnsafeBytes(Checksum.of), Array.init)
        }
      ) { path in
        let file = try TokenFile(try Files.read(path, as: "tokens"), key: key)
        guard let packed = try? SequencePacker(sequenceLength: 6).pack(file.training, vocabulary: file.vocabulary)
        else {
          return
        }
        for row in 0..<packed.count {
          precondition(packed[row].allSatisfy { 0..<Int32(file.vocabulary.count) ~= $0 })
        }
      }
    }
  }

  @Test func curves() async {
    await #expect(processExitsWith: .success) {
      var point = CurvePoint(step: 10, tokens: 20480, elapsedSeconds: 0.25)
      point[.learningRate] = 1e-3
      point[.trainingLoss] = .nan
      let row = CurveRow(
        experiment: "x", arm: "a", position: "rotary", learningRatePeak: 0.001, seed: 2, point: point)
      let words = [",", "\n", "\r\n", ",,", "step", CurveFile.header, "\""]
      try Fuzzing.run("curve", on: Array(CurveFile.text([row, row, row]).utf8), words: words) { path in
        let rows = try CurveFile.read(path, isGrowing: true)
        precondition(rows.allSatisfy { $0.point.step >= 0 })
      }
    }
  }

  @Test func probes() async {
    await #expect(processExitsWith: .success) {
      let rows = (0..<3).map { head in
        ProbeRow(
          experiment: "x", position: "rotary", run: RunKey(arm: "a", learningRate: 0.001, seed: 2), step: 50,
          found: ProbeValue(probe: "offset-explained", layer: 1, head: head, value: 0.25))
      }
      let words = [",", "\n", "\r\n", ",,", "step", ProbeFile.header, "\""]
      try Fuzzing.run("probes", on: Array(ProbeFile.text(rows).utf8), words: words) { path in
        let rows = try ProbeFile.read(path, isGrowing: true)
        precondition(rows.allSatisfy { $0.step >= 0 && ($0.found.head ?? 0) >= 0 })
      }
    }
  }

  /// Small files beside: who holds a lock, how a run stands.
  @Test func locksAndStates() async {
    await #expect(processExitsWith: .success) {
      let experiment = try Experiment(
        JSONValue.parse(
          #"{"name": "x", "corpus": "c", "arms": [{"name": "r", "position": "rotary"}]}"#, source: "x.json"))
      let lock = "beat 000000000012 host/1a2b/4026 4711 88123 0C5A9E1B\n"
      let digests = #""digests": {"initialWeights": "ab", "batches": "cd"}"#
      let status = #"{"state": "running", "step": 7, \#(digests), "divergence": null}"#
      try Fuzzing.run("lock and status", on: Array((lock + status).utf8), words: [" ", "\n", "{", "\"", "beat"]) {
        path in
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        _ = ProcessLock.holder(of: path)
        let files = RunFolder(of: experiment.cells[0], in: path + ".experiment")
        try Files.makeFolder(files.path)
        let brace = bytes.firstIndex(of: UInt8(ascii: "{")) ?? bytes.startIndex
        try bytes[brace...].write(to: URL(fileURLWithPath: files.path + "/status.json"))
        guard files.status != nil else { throw InputError(at: path, "has no status") }
      }
    }
  }
}
