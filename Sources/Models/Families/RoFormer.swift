/// RoFormer: queries and keys rotated, interleaved pairs, θ = 10000.
///
/// Source: Su et al. 2021.
public struct RoFormer: ModelFamily {
  /// The name.
  public let name = "roformer"

  /// Encoders that rotate queries and keys, in whatever way.
  public func names(_ configuration: EncoderConfiguration) -> Bool {
    configuration.rotation(Float.self, positionCount: 1) != nil
  }
}
