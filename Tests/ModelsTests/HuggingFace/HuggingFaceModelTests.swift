import Formats
import Autodiff
import Platform
import TestSupport
import Testing

@testable import Models

/// Models that `transformers` made and ran, opened here; `Tests/Fixtures/huggingface/make.py` makes them.
struct HuggingFaceModelTests {
  static let folders = ["bert", "bert-old-names", "bert-bfloat16", "bert-float16", "roformer", "roformer-values"]

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
      return try (0..<3).map { try Case($0, of: file, vocabularySize: vocabularySize) }
    }
  }

  @Test(arguments: folders) func logitsAreThoseOfTransformers(name: String) throws {
    let folder = PackageFile.fixture("huggingface/" + name)
    let opened = try HuggingFaceModel(folder: folder)
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
  }
}
