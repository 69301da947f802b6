import Formats
import Autodiff
import Kernels
import Platform

extension HuggingFaceModel {
  /// A trained model as one of the models of `transformers`, with the same numbers.
  ///
  /// - Learned positions are BERT. So are sinusoids, their table written out (times its scale, if that was trained), and
  ///   no positions, a table of zeros.
  /// - Rotary positions are RoFormer if θ is 10000 and whole heads are rotated. Where the pairs are halves, the rows of
  ///   queries and keys change places, weights and biases; nothing else sees their order.
  ///
  /// - Parameters:
  ///   - configuration: the model's shape.
  ///   - store: its weights.
  ///   - positionCount: the longest sequence that the exported model takes; a learned table has its own.
  ///   - source: where the model comes from; begins the error.
  /// - Throws: `InputError` with the reason if neither BERT nor RoFormer computes these numbers.
  public init(
    exporting configuration: EncoderConfiguration, store: ParameterStore<Float>, positionCount: Int, source: String
  ) throws {
    func refused(_ reason: String) -> InputError {
      InputError(at: source, "has no equal among the models of transformers: \(reason)")
    }
    guard configuration.residualOrder == .post else {
      throw refused("its LayerNorm stands before each sub-layer (pre-LN), BERT's and RoFormer's after")
    }
    var encoder = configuration
    var positionCount = positionCount
    var family = HuggingFaceConfiguration.Family.bert
    let added: [String: Tensor<Float>]
    switch configuration.position.scheme.equivalent(positionCount: positionCount, configuration, store) {
    case .nothing(let reason): throw refused(reason)
    case .scheme(let position): (encoder.position, added) = (position, [:])
    case .table(let rows): (encoder.position, added) = LearnedPositions.holding(rows)
    }
    positionCount = encoder.position.scheme.maximumLength ?? positionCount
    let rotary = encoder.position.scheme as? RotaryPositions
    if let rotary {
      family = .roformer
      guard rotary.theta == 10000 else { throw refused("its θ is \(rotary.theta.shortText), RoFormer's 10000") }
      guard rotary.rotatedDimensions(headDim: configuration.headDim) == configuration.headDim else {
        throw refused("it rotates a part of each head, RoFormer whole heads")
      }
      guard rotary.pairing == .interleaved || !rotary.rotatesValues else {
        throw refused("it rotates values in halves, RoFormer in neighbouring pairs")
      }
      encoder.position = .rotary(.init(rotatesValues: rotary.rotatesValues))
    }
    guard family == .roformer || configuration.embeddingSize == configuration.hiddenSize else {
      throw refused("its embeddings are narrower than the model, BERT's are not")
    }
    self.configuration = HuggingFaceConfiguration(family: family, encoder: encoder, positionCount: positionCount)
    self.store = ParameterStore(seed: nil)
    ignored = []
    _ = MaskedLanguageModel(self.store.scope(), encoder)
    for parameter in self.store.parameters {
      let source = store[parameter.name]?.value ?? added[parameter.name]!
      precondition(source.shape == parameter.value.shape, "export: \(parameter.name) is \(source.shape)")
      parameter.weight.set(to: source)
      if rotary?.pairing == .halves,
        [".query.weight", ".query.bias", ".key.weight", ".key.bias"].contains(where: parameter.name.hasSuffix)
      {
        interleave(source, heads: configuration.headCount, into: parameter.weight)
      }
    }
  }

  /// Writes `config.json` and `model.safetensors`.
  ///
  /// - Parameters:
  ///   - folder: one that exists.
  ///   - padding: the id of `[PAD]`.
  /// - Throws: `InputError` if the folder cannot be written.
  public func write(to folder: String, padding: Int32) throws {
    let encoder = configuration.encoder
    var items = store.parameters.map { parameter in
      SafeTensors.Item(
        encoder.family.fileName(of: parameter), shape: parameter.value.shape, parameter.value.values)
    }
    let table = configuration.sinusoids
    if configuration.family == .roformer {
      items.append(
        SafeTensors.Item(Self.sinusoidsName, shape: table.shape, table.values))
    }
    try withExtendedLifetime(table) {
      try Files.write(SafeTensors.encode(items, metadata: ["format": "pt"]), to: Self.weightsPath(in: folder))
    }
    try Files.write(configuration.text(padding: Int(padding)), to: Self.configurationPath(in: folder))
  }
}

/// Brings the rows of each head from the order of halves, where i and i + d/2 are a pair, into that of neighbours.
///
/// - Parameters:
///   - source: `[heads · headDim, …]`.
///   - heads: how many heads there are.
///   - target: of the same shape.
private func interleave(_ source: Tensor<Float>, heads: Int, into target: Weight<Float>) {
  let headDim = source.shape[0] / heads
  let width = source.count / source.shape[0]
  for row in 0..<source.shape[0] {
    let (head, i) = row.quotientAndRemainder(dividingBy: headDim)
    let old = head * headDim + i / 2 + (i % 2) * (headDim / 2)
    target.update { ($0.baseAddress! + row * width).update(from: source.values + old * width, count: width) }
  }
}
