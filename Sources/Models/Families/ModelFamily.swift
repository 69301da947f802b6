/// A published kind of model: under its names weights stand in files.
public protocol ModelFamily: Sendable {
  /// Its name, `model_type` in files of Hugging Face, which also begins the names of the trunk's tensors.
  var name: String { get }

  /// Whether weights of such an encoder bear the family's names in checkpoints.
  func names(_ configuration: EncoderConfiguration) -> Bool
}

extension ModelFamily {
  /// What a weight is called in files: the trunk's have the family's name before theirs, the head's have not.
  ///
  /// - Parameters:
  ///   - weight: its name in the store.
  ///   - part: of the model.
  /// - Returns: its name in files.
  public func fileName(_ weight: String, _ part: WeightPart?) -> String {
    part == .head ? weight : "\(name).\(weight)"
  }

  /// What a weight is called in files.
  public func fileName<S>(of parameter: ParameterStore<S>.Parameter) -> String {
    fileName(parameter.name, parameter.part)
  }
}

extension EncoderConfiguration {
  /// Every family, the one that names whatever no other does last.
  static let families: [any ModelFamily] = [RoFormer(), BERT()]

  /// The family whose names the encoder's weights bear in checkpoints.
  public var family: any ModelFamily { Self.families.first { $0.names(self) }! }
}
