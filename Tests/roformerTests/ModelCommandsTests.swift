import Curves
import Formats
import Foundation
import Platform
import TestSupport
import Testing
import Text
import Training

@testable import Experiments
@testable import roformer

/// Commands on the models that `transformers` made.
struct ModelCommandsTests {
  static let bert = PackageFile.fixture("huggingface/bert")
  static let roformer = PackageFile.fixture("huggingface/roformer")

  @Test func fillPrintsMasksInOrder() throws {
    let ending = Ending("fill", Self.roformer, "the [MASK] sat on the [MASK].", "--top", "3", "--json")
    #expect(ending.code == 0 && ending.errors.isEmpty)
    let masks = try #require(try JSONValue.parse(ending.output, source: "output").list)
    #expect(masks.map { $0["position"]?.integer } == [2, 6])
    for mask in masks {
      let predictions = try #require(mask["predictions"]?.list)
      #expect(predictions.count == 3)
      let probabilities = try predictions.map { try #require($0["probability"]?.number) }
      #expect(probabilities == probabilities.sorted(by: >) && probabilities[0] < 1)
      let vocabulary = try SavedModel(path: Self.roformer).tokenizer.vocabulary
      for prediction in predictions {
        #expect(vocabulary.tokens[try #require(prediction["id"]?.integer)] == prediction["token"]?.text)
      }
    }
    let table = Ending("fill", Self.roformer, "the [MASK] sat.").output.split(separator: "\n")
    #expect(table.count == 7 && table[0].hasPrefix("mask  position  token"))
  }

  /// All probabilities of a mask add up, whatever the number of masks.
  @Test func fillGivesAllTokensIfAsked() throws {
    let ending = Ending("fill", Self.bert, "--top", "1000", "--json", input: "[MASK]\n\nis [MASK]\n")
    let lines = ending.output.split(separator: "\n")
    #expect(lines.count == 2)
    for line in lines {
      let mask = try #require(try JSONValue.parse(String(line), source: "output").list?.first)
      let probabilities = try #require(mask["predictions"]?.list).compactMap { $0["probability"]?.number }
      #expect(probabilities.count == 72)
      #expect(abs(probabilities.reduce(0, +) - 1) < 1e-5)
    }
    #expect(ending.errors.contains("not used: bert.pooler.dense.bias, bert.pooler.dense.weight, cls.seq_relationship"))
    #expect(ending.errors.split(separator: "\n").count == 1)
  }

  @Test func evaluateAgreesWithValidation() throws {
    let folder = try TemporaryFolder()
    let text = (0..<30).map { "the cat sat on the mat \($0 % 7). is paris the capital of france?" }
    let file = try folder.file("text", Data(text.joined(separator: "\n\n").utf8))
    let ending = Ending("evaluate", Self.roformer, "--corpus", file, "--length", "20", "--json")
    #expect(ending.code == 0, "\(ending.errors)")
    let result = try JSONValue.parse(ending.output, source: "output")

    let model = try SavedModel(path: Self.roformer)
    let documents = try Corpus.load(path: file).documents.map { model.tokenizer.encode($0) }
    let vocabulary = model.tokenizer.vocabulary
    let objective = MaskedTokenPrediction()
    let set = try ValidationSet(
      objective, examples: SequencePacker(sequenceLength: 20).pack(documents, vocabulary: vocabulary), batchSize: 7)
    let expected = objective.measures(of: model.store.scope(), model.configuration, on: set.batches)
    let loss = try #require(result["loss_nats"]?.number)
    #expect(try abs(loss - #require(expected[.validationLoss])) < 1e-5)
    #expect(abs(try #require(result["accuracy"]?.number) - #require(expected[.validationAccuracy])) < 1e-12)
    #expect(abs(try #require(result["perplexity"]?.number) - exp(loss)) < 1e-9)
    #expect(result["masked_tokens"]?.integer == set.batches.reduce(0) { $0 + $1.labels.count })
    let (low, high) = (result["loss_nats_low"]?.number, result["loss_nats_high"]?.number)
    #expect(try #require(low) < loss && loss < #require(high))
    let words = Ending("evaluate", Self.roformer, "--corpus", file, "--length", "20").output
    #expect(words.contains("perplexity") && words.contains("masked tokens in"))
  }

  /// A run of one arm on a text of its own, trained.
  private struct TrainedRun {
    let home: TemporaryFolder
    let corpus: String
    let folder: String

    init() throws {
      home = try TemporaryFolder()
      let text = (0..<80).map {
        "the \(["cat", "dog", "fox"][$0 % 3]) of house \($0) saw the bird and ran home to sleep"
      }
      corpus = try home.file("corpus.txt", Data(text.joined(separator: "\n\n").utf8))
      let file = try home.file(
        "x.json",
        Data(
          """
          {"name": "x", "corpus": "\(corpus)", "tokenizer": {"vocabularySize": 90}, "seeds": [0],
           "packing": "per-document", "masking": {"probability": 0.3, "cap": 3}, "validation": {"fraction": 0.3},
           "model": {"layers": 1, "hiddenSize": 16, "heads": 2}, "arms": [{"name": "r", "position": "rotary"}],
           "training": {"steps": 4, "batchSize": 4, "sequenceLength": 12}}
          """.utf8))
      folder = home.path + "/out/runs/r-lr0.001-seed0"
      #expect(Ending("run", file, "--out", home.path + "/out", "--quiet").code == 0)
    }
  }

  /// Without a corpus, the loss is that of the curve's end: the same part of the text, the same masks.
  @Test func aRunIsEvaluatedOnWhatItHeldOut() throws {
    let run = try TrainedRun()
    let last = try #require(CurveFile.read(run.folder + "/curve.csv").last?.point)
    for model in [run.folder, run.folder + "/checkpoint.safetensors"] {
      let ending = Ending("evaluate", model, "--json")
      #expect(ending.code == 0 && ending.errors.isEmpty, "\(ending.errors)")
      let result = try JSONValue.parse(ending.output, source: "output")
      #expect(abs(try #require(result["loss_nats"]?.number) - #require(last.measured[.validationLoss])) < 1e-5)
      #expect(abs(try #require(result["accuracy"]?.number) - #require(last.measured[.validationAccuracy])) < 1e-9)
    }
    #expect(Ending("evaluate", run.folder, "--sequences", "3").output.hasSuffix(" in 3 sequences of 12 tokens"))

    let warned = Ending("evaluate", run.folder, "--corpus", run.corpus)
    #expect(warned.code == 0)
    #expect(
      warned.errors == "roformer: warning: \(run.corpus): the run was trained on this text; without --corpus, what it "
        + "held out is measured")
    let other = try run.home.file("other.txt", Data("the cat of house 7 saw the bird and ran home to sleep".utf8))
    #expect(Ending("evaluate", run.folder, "--corpus", other).errors.isEmpty)

    try Files.write("another text", to: run.corpus)
    let changed = Ending("evaluate", run.folder)
    #expect(changed.code == 2 && changed.errors.contains("is not the text that the run was trained on any more"))
  }

  /// Whoever reads a run's folder falls back as the run itself does, with one line that says so.
  @Test func aDamagedCheckpointCostsAWarning() throws {
    let folder = try TemporaryFolder()
    let text = (0..<60).map { "the cat of house \($0) saw the bird and ran home to sleep by the fire" }
    let corpus = try folder.file("corpus.txt", Data(text.joined(separator: "\n\n").utf8))
    let file = try folder.file(
      "x.json",
      Data(
        """
        {"name": "x", "corpus": "\(corpus)", "tokenizer": {"vocabularySize": 90}, "seeds": [0],
         "model": {"layers": 1, "hiddenSize": 16, "heads": 2}, "arms": [{"name": "learned", "position": "learned"}],
         "training": {"steps": 4, "batchSize": 4, "sequenceLength": 12, "checkpointInterval": 2}}
        """.utf8))
    let (out, run) = (folder.path + "/out", folder.path + "/out/runs/learned-lr0.001-seed0")
    #expect(Ending("run", file, "--out", out, "--quiet").code == 0)
    let checkpoints = SavedModel.checkpoints(in: run)
    #expect(checkpoints.existing == [checkpoints.newest, checkpoints.previous])
    let data = try Files.read(checkpoints.newest, as: "checkpoint")
    try Files.write(data.dropLast(), to: checkpoints.newest)
    for words in [
      ["fill", run, "the [MASK]"], ["evaluate", run], ["export", run, folder.path + "/exported"],
      ["positions", run, "--out", folder.path + "/pictures"], ["positions", out, "--out", folder.path + "/pictures"],
      [
        "run", file, "--out", folder.path + "/next", "--quiet", "--set", "model.initial=\(run)", "--set",
        "tokenizer.vocabulary=\(run)/vocab.txt",
      ],
    ] {
      let ending = Ending(words)
      #expect(ending.code == 0, "\(words)")
      #expect(
        ending.errors
          == "roformer: warning: \(checkpoints.newest): does not agree with its checksum; using the one before, "
          + checkpoints.previous, "\(words)")
    }
    try Files.write(Data(), to: checkpoints.previous)
    let ending = Ending("fill", run, "the [MASK]")
    #expect(ending.code == 2)
    #expect(
      ending.errors.hasSuffix(
        "\nroformer: \(checkpoints.previous): has 0 bytes; expected a safetensors file"))
  }

  @Test func tokenizePrintsALineForALine() throws {
    let folder = try TemporaryFolder()
    let file = try folder.file("text", Data("The [MASK]\r\n\n\u{85}Paris\u{2028}is\nend".utf8))
    let list = PackageFile.fixture("huggingface/roformer/vocab.txt")
    let expected = "5 4\n\n6 7\n24 ".split(separator: "\n", omittingEmptySubsequences: false)
    let ending = Ending("tokenize", "--vocabulary", list, file)
    #expect(ending.code == 0)
    let lines = ending.output.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 4 && lines[0...2] == expected[0...2])
    for other in [Self.bert, Self.bert + "/tokenizer.json"] {
      #expect(Ending("tokenize", "--vocabulary", other, file).output == ending.output)
    }
    #expect(Ending("tokenize", "--vocabulary", list, "--cased", "-", input: "The paris").output == "1 6")
  }

  @Test(arguments: [
    (["fill", bert, "no mask"], "TEXT: has no [MASK]; expected at least one to fill"),
    (
      ["fill", bert, "[MASK]" + String(repeating: " a", count: 40)],
      "TEXT: has 43 tokens with [CLS] and [SEP]; expected"
    ),
    (["fill", bert], "standard input: is empty; expected a text with [MASK]"),
    (["fill", bert, "[MASK]", "x"], "fill: \"x\" is one word too many; expected roformer fill MODEL [TEXT]"),
    (["fill"], "fill: MODEL is missing"), (["fill", "/no/model", "[MASK]"], "/no/model: no such file or folder"),
    (["evaluate", bert], "--corpus: is missing; expected a UTF-8 text, as \(bert) was not left by a run"),
    (
      ["evaluate", bert, "--corpus", bert + "/config.json", "--length", "21"],
      "\(bert): takes at most 20 tokens, not 21"
    ),
    (["tokenize", "x"], "--vocabulary: is missing"),
    (["tokenize", "--vocabulary", "/no/vocab.txt", "x"], "/no/vocab.txt: no such file"),
    (["export", bert, bert], "\(bert): holds a model already; expected another folder"),
    (["import", "/no", "/tmp/x"], "/no: has no config.json; expected a folder of Hugging Face"),
  ])
  func badInputIsOneLineAndExitCodeTwo(arguments: [String], start: String) {
    let ending = Ending(arguments)
    #expect(ending.code == 2)
    let faults = ending.errors.split(separator: "\n").filter { !$0.hasPrefix("roformer: note:") }
    #expect(faults.count == 1 && faults[0].hasPrefix("roformer: " + start), "\(ending.errors)")
  }

  /// What is imported is the same model, in the files and names that this program and `transformers` write.
  @Test(arguments: [
    "bert", "bert-old-names", "bert-float16", "roformer", "roformer-values", "bert-gelu-new", "roformer-relu",
    "bert-shards", "bert-float64", "roformer-decoder-only", "bert-untied",
  ])
  func importedModelsFillTheSame(name: String) throws {
    let (source, folder) = (PackageFile.fixture("huggingface/" + name), try TemporaryFolder())
    let target = folder.path + "/" + name
    let ending = Ending("import", source, target)
    #expect(ending.code == 0, "\(ending.errors)")
    let keys = try JSONValue.parse(ending.output, source: "output")
    #expect(keys["model"]?["initial"]?.text == target)
    #expect(keys["tokenizer"]?["vocabulary"]?.text == target + "/vocab.txt")
    let fill = ["fill", "[MASK] is the [MASK].", "--json"]
    func filled(_ model: String) -> String { Ending(fill[0], model, fill[1], fill[2]).output }
    #expect(filled(target) == filled(source) && !filled(target).isEmpty)
    // An experiment with these keys, a name and a text is one that can be run.
    var members = try #require(keys.members).map { ($0.key, $0.value) }
    members += [("name", JSONValue("x")), ("corpus", JSONValue("x.txt"))]
    let experiment = try Experiment(JSONValue(members: members))
    let model = try SavedModel(path: target)
    #expect(
      experiment.arms.map { $0.encoder(vocabularySize: model.configuration.vocabularySize) } == [model.configuration])
  }

  /// What `import` prints of a tokenizer, `run` takes: accents kept, Chinese not split, added tokens.
  @Test(arguments: [
    (
      #"{"tokenizer_class": "BertTokenizer", "strip_accents": false, "tokenize_chinese_chars": false}"#,
      "vocabulary lowercase stripAccents separateIdeographs"
    ),
    (#"{"tokenizer_class": "BertTokenizer", "do_lower_case": false}"#, "vocabulary lowercase"),
    (#"{"tokenizer_class": "BertTokenizer", "image_token": "paris"}"#, "vocabulary"),
    (#"{"tokenizer_class": "PreTrainedTokenizerFast"}"#, "vocabulary"),
  ])
  func importedTokenizersCanBeRun(settings: String, keys: String) throws {
    let folder = try TemporaryFolder()
    let (source, target) = (folder.path + "/source", folder.path + "/target")
    try FileManager.default.copyItem(atPath: Self.bert, toPath: source)
    try Files.write(settings, to: TokenizerFolder.configurationPath(in: source))
    // Only the class of files goes by this.
    let whole = try Files.readText(TokenizerFolder.tokenizerPath(in: source), as: "tokenizer")
    try Files.write(
      whole.replacingOccurrences(of: "\"clean_text\": true", with: "\"clean_text\": false"),
      to: TokenizerFolder.tokenizerPath(in: source))
    let ending = Ending("import", source, target)
    #expect(ending.code == 0, "\(ending.errors)")
    let printed = try JSONValue.parse(ending.output, source: "output")
    #expect(printed["tokenizer"]?.members?.map(\.key).joined(separator: " ") == keys)
    let texts = (0..<40).map { "the cat sat on the mat \($0 % 7). is paris the capital of france?" }
    let corpus = try folder.file("corpus.txt", Data(texts.joined(separator: "\n\n").utf8))
    var members = try #require(printed.members).map { ($0.key, $0.value) }.filter { $0.0 != "training" }
    members += [("name", JSONValue("x")), ("corpus", JSONValue(corpus))]
    members.append(("seeds", JSONValue(.list([JSONValue(0)]))))
    members.append(
      (
        "training",
        JSONValue(members: [("steps", JSONValue(1)), ("batchSize", JSONValue(2)), ("sequenceLength", JSONValue(12))])
      ))
    let file = try folder.file("x.json", Data(JSONValue(members: members).serialized().utf8))
    let run = Ending("run", file, "--out", folder.path + "/out", "--quiet")
    #expect(run.code == 0, "\(run.errors)")
    // The run's folder has the tokenizer, too.
    let ids = try TokenizerFolder.load(source).encode("The PARIS café 中文 \u{1}cat")
    let runs = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/out/runs")
    let trained = try SavedModel(path: folder.path + "/out/runs/" + #require(runs.first))
    #expect(trained.tokenizer.encode("The PARIS café 中文 \u{1}cat") == ids)
  }

  /// The held-out part of a corpus may lack what the other has; the message names it, and what helps.
  @Test func theHeldOutPartIsNamed() throws {
    let folder = try TemporaryFolder()
    let texts = "abcdefghijklmnopqrstuvwxyz".map { String(repeating: String($0), count: 3) }
    let corpus = try folder.file("few.txt", Data(texts.map { $0 + " " + $0 }.joined(separator: "\n\n").utf8))
    let json = """
      {"name": "x", "corpus": "\(corpus)", "tokenizer": {"vocabularySize": 100000}, "seeds": [0],
       "model": {"layers": 1, "hiddenSize": 16, "heads": 2}, "arms": [{"name": "learned", "position": "learned"}],
       "training": {"steps": 4, "batchSize": 1, "sequenceLength": 8}}
      """
    let file = try folder.file("x.json", Data(json.utf8))
    let unknown = Ending("run", file, "--out", folder.path + "/out", "--quiet")
    #expect(unknown.code == 2)
    #expect(unknown.errors.hasPrefix("roformer: held-out part of the corpus: none of its "), "\(unknown.errors)")
    #expect(unknown.errors.contains("expected more text") && !unknown.errors.contains("vocabularySize"))
    let words = try folder.file("words.txt", Data(texts.map { _ in "one two" }.joined(separator: "\n\n").utf8))
    let parts = try Files.readText(words, as: "text") + "\n\ntwo one"
    try Files.write(parts, to: words)
    let short = Ending(
      "run", file, "--out", folder.path + "/out", "--quiet", "--set", "corpus=\(words)", "--set",
      "training.sequenceLength=12", "--set", "validation.split=block")
    #expect(short.code == 2)
    #expect(
      short.errors.hasPrefix("roformer: held-out part of the corpus: has ")
        && short.errors.contains("validation.fraction"), "\(short.errors)")
  }
}
