/// Which two dimensions of a head are rotated together; one layout is the other with the dimensions permuted.
public enum RotaryPairing: String, Codable, Sendable, CaseIterable {
  /// (2i, 2i + 1): the RoFormer paper, LLaMA, GPT-J.
  case interleaved
  /// (i, i + r/2) for r rotated dimensions: GPT-NeoX.
  case halves
}
