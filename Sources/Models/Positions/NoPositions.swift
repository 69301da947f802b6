import Autodiff
import Kernels

/// No position at all: the encoder sees a bag of tokens.
public struct NoPositions: PositionScheme {
  /// The name.
  public static let name = "none"
  /// It has no keys.
  public static let keys: [PositionKey] = []
  /// Its one form.
  public static let checkedForms = [(form: "", scheme: NoPositions())]

  /// No positions.
  public init() {}

  /// No positions.
  public init(_ values: PositionKey.Values) {}

  /// It has no keys.
  public var values: PositionKey.Values { [:] }

  /// A table of zeros.
  public func equivalent(
    positionCount: Int, _ configuration: EncoderConfiguration, _ store: ParameterStore<Float>
  ) -> PositionEquivalent {
    .table(Tensor(repeating: 0, shape: [positionCount, configuration.embeddingSize]))
  }
}

extension PositionEncoding {
  /// No position at all: the encoder sees a bag of tokens.
  public static let none = PositionEncoding(NoPositions())
}
