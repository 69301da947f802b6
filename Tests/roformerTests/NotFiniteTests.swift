import Formats
import Foundation
import Platform
import TestSupport
import Testing

@testable import Training
@testable import roformer

/// A model with a number that is infinite or no number is refused wherever a command opens it, in one line that names
/// the tensor.
struct NotFiniteTests {
  /// Writes a number over an element of a tensor of 32-bit floats.
  private func put(_ number: Float, at element: Int, of tensor: String, in file: String) throws {
    var data = try Data(contentsOf: URL(fileURLWithPath: file))
    let entries = try SafeTensors(path: file).entries
    let bufferStart = data.count - entries.values.map(\.bytes.upperBound).max()!
    let start = bufferStart + (try #require(entries[tensor])).bytes.lowerBound + 4 * element
    withUnsafeBytes(of: number) { data.replaceSubrange(start..<start + 4, with: $0) }
    // A checkpoint's checksum agrees with what is in it.
    if let digits = CheckpointChecksum.digits(in: data) {
      data.replaceSubrange(digits, with: Data(CheckpointChecksum.of(data, blanking: digits).hexadecimalText.utf8))
    }
    try data.write(to: URL(fileURLWithPath: file))
  }

  private func expectRefusal(_ words: [String], at file: String, _ message: String) {
    let ending = Ending(words)
    #expect(ending.code == 2, "\(words)")
    let faults = ending.errors.split(separator: "\n").filter { !$0.hasPrefix("roformer: warning: ") }
    #expect(faults == ["roformer: \(file): \(message); expected finite numbers"], "\(words): \(ending.errors)")
  }

  @Test(arguments: [
    ("bert", "model.safetensors", "bert.embeddings.word_embeddings.weight", Float.nan, "nan"),
    ("roformer", "model.safetensors", "cls.predictions.bias", -.infinity, "-inf"),
    ("bert-shards", "model-00003-of-00005.safetensors", "bert.encoder.layer.0.output.dense.bias", .infinity, "inf"),
    ("bert-untied", "model.safetensors", "cls.predictions.decoder.weight", .nan, "nan"),
  ])
  func foldersOfHuggingFace(fixture: String, file: String, tensor: String, number: Float, text: String) throws {
    let folder = try TemporaryFolder()
    let model = folder.path + "/model"
    try FileManager.default.copyItem(atPath: PackageFile.fixture("huggingface/" + fixture), toPath: model)
    let corpus = try folder.file("corpus", Data("the cat sat on the mat.\n\nparis is the capital.\n".utf8))
    try put(number, at: 3, of: tensor, in: model + "/" + file)
    let experiment = try folder.file(
      "x.json",
      Data(
        """
        {"name": "x", "corpus": "\(corpus)", "tokenizer": {"vocabulary": "\(model)/vocab.txt"}, "seeds": [0],
         "validation": {"fraction": 0.5}, "model": {"initial": "\(model)"},
         "arms": [{"name": "learned", "position": "learned"}], "training": {"sequenceLength": 8, "batchSize": 1}}
        """.utf8))
    var commands = [
      ["fill", model, "the [MASK]"], ["evaluate", model, "--corpus", corpus], ["import", model, folder.path + "/out"],
      ["export", model, folder.path + "/exported"],
    ]
    // The first fixture has its vocabulary in tokenizer.json.
    if fixture != "bert" { commands.append(["run", experiment, "--out", folder.path + "/run", "--quiet"]) }
    for words in commands {
      expectRefusal(words, at: "\(model)/\(file)", "tensor \(tensor) holds \(text), its element 3")
    }
    #expect(!Files.exists(folder.path + "/out") && !Files.exists(folder.path + "/exported"))
  }

  @Test func checkpoints() throws {
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
    let checkpoint = SavedModel.checkpoints(in: run).newest
    let tensor = "bert.encoder.layer.0.attention.self.key.weight"
    try put(.nan, at: 5, of: tensor, in: checkpoint)
    for words in [
      ["fill", run, "the [MASK]"], ["fill", checkpoint, "the [MASK]"], ["evaluate", run, "--corpus", corpus],
      ["export", run, folder.path + "/exported"], ["positions", run, "--out", folder.path + "/pictures"],
      [
        "run", file, "--out", folder.path + "/next", "--quiet", "--set", "model.initial=\(run)", "--set",
        "tokenizer.vocabulary=\(run)/vocab.txt",
      ],
    ] {
      expectRefusal(words, at: checkpoint, "tensor \(tensor) holds nan, its element 5")
    }
  }
}
