import Formats
import Autodiff
import Foundation
import Kernels
import Platform
import TestSupport
import Testing

@testable import Models

/// Models of ours, written for `transformers` and opened again.
///
/// With `ROFORMER_EXPORTS=DIR` in the environment, the folders stay in DIR with the logits that are expected of them,
/// for `Tests/Fixtures/huggingface/verify.py` to open in `transformers` itself.
struct HuggingFaceExportTests {
  /// The encodings that have an equal, a name for each.
  static let exportable: [(String, PositionEncoding, embeddingSize: Int)] = [
    ("none", .none, 24), ("sinusoidal", .sinusoidal(.plain), 24), ("sinusoidal-trained", .sinusoidal(.learned), 24),
    ("learned", .learned(positionCount: 11), 24), ("rotary", .rotary(.init()), 24),
    ("rotary-halves", .rotary(.init(pairing: .halves)), 24), ("rotary-narrow", .rotary(.init()), 10),
    ("rotary-values", .rotary(.init(rotatesValues: true)), 24),
  ]

  private func configuration(_ position: PositionEncoding, embeddingSize: Int) -> EncoderConfiguration {
    var configuration = EncoderFixture.configuration(position)
    configuration.embeddingSize = embeddingSize
    configuration.layerNormEpsilon = 1e-5
    return configuration
  }

  /// A model whose biases, gains and scales are not those it is born with.
  private func store(_ configuration: EncoderConfiguration) -> ParameterStore<Float> {
    let store = ParameterStore<Float>(seed: 3)
    _ = MaskedLanguageModel(store.scope(), configuration)
    for parameter in store.parameters where !parameter.role.decays {
      parameter.weight.update { for i in $0.indices { $0[i] += 0.1 * Float((7 * i + 3) % 11 - 5) } }
    }
    return store
  }

  private func logits(_ store: ParameterStore<Float>, _ configuration: EncoderConfiguration) -> [Float] {
    MaskedLanguageModel(store.scope(), configuration).logits(EncoderFixture.padded, at: (0..<14).map { $0 }).elements
  }

  @Test(arguments: exportable.indices) func exportsComputeTheSame(index: Int) throws {
    let (name, position, embeddingSize) = Self.exportable[index]
    let opened = try expectExportComputesTheSame(name, configuration(position, embeddingSize: embeddingSize))
    #expect(opened.configuration.encoder.activation == .gelu)
  }

  @Test(arguments: Activation.allCases) func activationsAreWritten(activation: Activation) throws {
    var configuration = configuration(.rotary(.init()), embeddingSize: 24)
    configuration.activation = activation
    let opened = try expectExportComputesTheSame("rotary-" + activation.rawValue, configuration)
    #expect(opened.configuration.encoder.activation == activation)
  }

  private func expectExportComputesTheSame(
    _ name: String, _ configuration: EncoderConfiguration
  ) throws -> HuggingFaceModel {
    let store = store(configuration)
    let temporary = try TemporaryFolder()
    let folder = (ProcessInfo.processInfo.environment["ROFORMER_EXPORTS"] ?? temporary.path) + "/" + name
    try Files.makeFolder(folder)
    try HuggingFaceModel(exporting: configuration, store: store, positionCount: 9, source: "model").write(
      to: folder, padding: 0)

    let opened = try HuggingFaceModel(folder: folder)
    let expected = logits(store, configuration)
    let difference = zip(logits(opened.store, opened.configuration.encoder), expected).map { abs($0 - $1) }.max()!
    #expect(difference < 5e-6, "\(name)")
    #expect(expected.map(abs).max()! > 1)
    #expect(opened.ignored.isEmpty)
    try writeExpected(expected, vocabularySize: configuration.vocabularySize, to: folder)
    return opened
  }

  /// What `verify.py` compares with: the inputs and logits as `make.py` names them.
  private func writeExpected(_ logits: [Float], vocabularySize: Int, to folder: String) throws {
    let input = EncoderFixture.padded
    let (shape, padding) = ([input.batch, input.time], input.keyPadding ?? [])
    let tensors = [
      ("0.tokens", Tensor(input.tokens.map { Float($0) }, shape: shape)),
      ("0.types", Tensor(input.tokenTypes.map { Float($0) }, shape: shape)),
      ("0.mask", Tensor(padding.map { $0 ? 0 : 1 }, shape: shape)),
      ("0.logits", Tensor(logits, shape: shape + [vocabularySize])),
    ]
    let items = tensors.map { SafeTensors.Item($0.0, shape: $0.1.shape, $0.1.values) }
    try withExtendedLifetime(tensors) {
      try Files.write(SafeTensors.encode(items, metadata: ["format": "pt"]), to: folder + "/expected.safetensors")
    }
  }

  @Test(arguments: [
    (PositionEncoding.sinusoidal(.scaledTokens), EncoderConfiguration.ResidualOrder.post, 24, "multiplied by √d"),
    (.rotary(.init(theta: 500)), .post, 24, "its θ is 500, RoFormer's 10000"),
    (.rotary(.init(fraction: 0.5)), .post, 24, "it rotates a part of each head"),
    (.rotary(.init(pairing: .halves, rotatesValues: true)), .post, 24, "it rotates values in halves"),
    (.rotary(.init()), .pre, 24, "(pre-LN)"), (.learned(positionCount: 11), .post, 10, "narrower than the model"),
    (.alibi, .post, 24, "ALiBi adds penalties on distance to the scores"),
    (.relative, .post, 24, "relative positions add numbers to the scores"),
    (.untied(positionCount: 11), .post, 24, "untied positions are added to the scores"),
  ])
  func whatHasNoEqualIsRefused(
    position: PositionEncoding, order: EncoderConfiguration.ResidualOrder, embeddingSize: Int, reason: String
  ) throws {
    var configuration = configuration(position, embeddingSize: embeddingSize)
    configuration.residualOrder = order
    let store = store(configuration)
    let message = performing {
      _ = try HuggingFaceModel(exporting: configuration, store: store, positionCount: 9, source: "runs/x")
    }
    #expect(message.hasPrefix("runs/x: has no equal among the models of transformers: "))
    #expect(message.contains(reason), "\(message)")
  }
}
