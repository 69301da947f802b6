/// What stands between the two linear maps of a feed-forward network.
public enum Activation: String, Codable, Sendable, CaseIterable {
  /// x·Φ(x), GELU in its exact form; BERT in PyTorch, RoFormer.
  case gelu
  /// GELU with tanh in the place of erf; Google's BERT.
  case geluTanh = "gelu-tanh"
  /// max(x, 0); the first Transformer.
  case relu
  /// x·σ(x), also called swish.
  case silu
}
