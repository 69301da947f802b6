import Formats
import Autodiff
import Foundation
import Platform
import TestSupport
import Testing

@testable import Models

/// Models that `transformers` made and ran, opened here; `make.py` and `variants.py` in `Tests/Fixtures/huggingface`
/// make them.
struct HuggingFaceModelTests {
  static let folders = [
    "bert", "bert-old-names", "bert-bfloat16", "bert-float16", "roformer", "roformer-values", "bert-gelu-new",
    "bert-gelu-pytorch-tanh", "roformer-relu", "roformer-silu", "bert-shards", "bert-float64", "roformer-decoder-only",
    "bert-untied",
  ]

  /// Inputs and logits of one case of a fixture.
  struct Case {
    let input: EncoderInput
    let logits: [Float]

    init(_ number: Int, of file: SafeTensors, vocabularySize: Int) throws {
      let shape = try #require(file.entries["\(number).tokens"]).shape
      func floats(_ name: String, _ shape: [Int]) throws -> [Float] {
        var values = [Float](repeating: 0, count: shape.reduce(1, *))
        try values.withUnsafeMutableBufferPointer {
          try file.read("\(number).\(name)", shape: shape, into: $0.baseAddress!)
        }
        return values
      }
      input = EncoderInput(
        batch: shape[0], time: shape[1], tokens: try floats("tokens", shape).map { Int32($0) },
        tokenTypes: try floats("types", shape).map { Int32($0) }, keyPadding: try floats("mask", shape).map { $0 == 0 })
      logits = try floats("logits", shape + [vocabularySize])
    }

    static func all(in folder: String, vocabularySize: Int) throws -> [Case] {
      let file = try SafeTensors(path: folder + "/expected.safetensors")
      let count = file.entries.keys.count { $0.hasSuffix(".logits") }
      return try (0..<count).map { try Case($0, of: file, vocabularySize: vocabularySize) }
    }
  }

  @Test(arguments: folders) func logitsAreThoseOfTransformers(name: String) throws {
    let folder = PackageFile.fixture("huggingface/" + name)
    try expectLogits(of: HuggingFaceModel(folder: folder), toBeThoseIn: folder, name)
  }

  /// `transformers` has several names for one activation.
  @Test(arguments: [
    ("bert-untied", "gelu", ["gelu_python"]),
    ("bert-gelu-new", "gelu_new", ["gelu_pytorch_tanh", "gelu_python_tanh", "gelu_fast", "gelu_accurate"]),
    ("roformer-silu", "silu", ["swish"]),
  ])
  func otherNamesOfActivationsAreHeeded(name: String, activation: String, others: [String]) throws {
    let source = PackageFile.fixture("huggingface/" + name)
    for other in others {
      let folder = try TemporaryFolder()
      let text = try Files.readText(source + "/config.json", as: "configuration")
      let (old, new) = ("\"hidden_act\": \"\(activation)\"", "\"hidden_act\": \"\(other)\"")
      #expect(text.contains(old))
      _ = try folder.file("config.json", Data(text.replacingOccurrences(of: old, with: new).utf8))
      _ = try folder.file(
        "model.safetensors", try Files.read(source + "/model.safetensors", as: "weights"))
      try expectLogits(of: HuggingFaceModel(folder: folder.path), toBeThoseIn: source, other)
    }
  }

  /// A configuration may name the file with the weights, whatever else lies beside it.
  @Test func theFileThatTheConfigurationNamesIsRead() throws {
    let (source, folder) = (PackageFile.fixture("huggingface/roformer-relu"), try TemporaryFolder())
    let text = try Files.readText(source + "/config.json", as: "configuration")
    let key = "\"transformers_weights\": \"other.safetensors\""
    _ = try folder.file("config.json", Data(text.replacing("\"vocab_size\"", with: key + ", \"vocab_size\"").utf8))
    _ = try folder.file("other.safetensors", try Files.read(source + "/model.safetensors", as: "weights"))
    _ = try folder.file("model.safetensors", Data("not read".utf8))
    try expectLogits(of: HuggingFaceModel(folder: folder.path), toBeThoseIn: source, "other.safetensors")
  }

  private func expectLogits(of opened: HuggingFaceModel, toBeThoseIn folder: String, _ name: String) throws {
    let model = MaskedLanguageModel(opened.store.scope(), opened.configuration.encoder)
    for expected in try Case.all(in: folder, vocabularySize: opened.configuration.encoder.vocabularySize) {
      let positions = (0..<expected.input.batch * expected.input.time).map { Int32($0) }
      let logits = model.logits(expected.input, at: positions).elements
      #expect(logits.count == expected.logits.count)
      let difference = zip(logits, expected.logits).map { abs($0 - $1) }.max() ?? .infinity
      #expect(difference <= 2e-5, "\(name) \(expected.input.batch) × \(expected.input.time)")
      #expect(expected.logits.map(abs).max()! > 1)
    }
  }

  @Test func whatIsLeftOutIsNamed() throws {
    let bert = try HuggingFaceModel(folder: PackageFile.fixture("huggingface/bert"))
    #expect(
      bert.ignored == [
        "bert.pooler.dense.bias", "bert.pooler.dense.weight", "cls.seq_relationship.bias",
        "cls.seq_relationship.weight",
      ])
    let roformer = try HuggingFaceModel(folder: PackageFile.fixture("huggingface/roformer"))
    #expect(roformer.ignored.isEmpty)
    #expect(roformer.configuration.encoder.embeddingSize == 16)
    // Where nothing is tied, the head's bias is not added: the output layer has its own.
    let untied = try HuggingFaceModel(folder: PackageFile.fixture("huggingface/bert-untied"))
    #expect(untied.ignored == ["cls.predictions.bias"])
  }
}
