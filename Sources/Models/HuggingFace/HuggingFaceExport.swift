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
    guard configuration.alibiSteps == 0 else {
      throw refused("ALiBi's penalties are still added to its scores, BERT and RoFormer add nothing")
    }
    var encoder = configuration
    let added: [String: Tensor<Float>]
    switch configuration.position.scheme.equivalent(positionCount: positionCount, configuration, store) {
    case .nothing(let reason): throw refused(reason)
    case .scheme(let position): (encoder.position, added) = (position, [:])
    case .table(let rows): (encoder.position, added) = PositionEncoding.table(holding: rows)
    }
    let family = encoder.family
    if let reason = family.refusal(encoder) { throw refused(reason) }
    let equivalent = family.equivalent(encoder)
    self.configuration = HuggingFaceConfiguration(
      family: family, encoder: equivalent,
      positionCount: equivalent.position.scheme.maximumLength ?? positionCount)
    self.store = ParameterStore(seed: nil)
    ignored = []
    _ = MaskedLanguageModel(self.store.scope(), equivalent)
    for parameter in self.store.parameters {
      let source = store[parameter.name]?.value ?? added[parameter.name]!
      precondition(source.shape == parameter.value.shape, "export: \(parameter.name) is \(source.shape)")
      family.copy(source, of: encoder, named: parameter.name, to: parameter.weight)
    }
  }

  /// Writes `config.json` and `model.safetensors`.
  ///
  /// - Parameters:
  ///   - folder: one that exists.
  ///   - padding: the id of `[PAD]`.
  /// - Throws: `InputError` if the folder cannot be written.
  public func write(to folder: String, padding: Int32) throws {
    let family = configuration.family
    let weights = store.parameters.map { (name: family.fileName(of: $0), values: $0.value) }
    let computed = family.computedTensors(configuration.encoder, positionCount: configuration.positionCount)
    let tensors = weights + computed.map { (name: $0.name, values: Tensor($0.elements(), shape: $0.shape)) }
    let items = tensors.map { SafeTensors.Item($0.name, shape: $0.values.shape, $0.values.values) }
    try withExtendedLifetime(tensors) {
      try Files.write(SafeTensors.encode(items, metadata: ["format": "pt"]), to: Self.weightsPath(in: folder))
    }
    try Files.write(configuration.text(padding: Int(padding)), to: Self.configurationPath(in: folder))
  }
}
