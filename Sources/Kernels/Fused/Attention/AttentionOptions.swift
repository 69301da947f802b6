import Platform

/// Which keys a query may see besides what padding hides.
public enum AttentionMask: String, Codable, Sendable, CaseIterable {
  /// All of them, as in BERT.
  case bidirectional
  /// Those up to the query's own position, as in a decoder.
  case causal
}

/// What attention does besides its products.
public struct AttentionOptions<S: Scalar> {
  /// The factor of the scores, usually D^−½.
  public var scale: S
  /// `[H, T, U]`, added to the scores of every sequence, after the scale; `nil` adds nothing.
  public var bias: UnsafePointer<S>?
  /// Which keys a query may see.
  public var mask: AttentionMask
  /// `[B, U]`, in which `true` hides that key; `nil` hides none.
  public var keyPadding: UnsafePointer<Bool>?
  /// Rotates queries and keys while they are packed, if given.
  public var rotation: Rotation<S>?
  /// Drops attention weights, if given.
  public var dropout: AttentionDropout?

  /// Options; without arguments beyond the scale, plain attention.
  public init(
    scale: S, bias: UnsafePointer<S>? = nil, mask: AttentionMask = .bidirectional,
    keyPadding: UnsafePointer<Bool>? = nil,
    rotation: Rotation<S>? = nil, dropout: AttentionDropout? = nil
  ) {
    self.scale = scale
    self.bias = bias
    self.mask = mask
    self.keyPadding = keyPadding
    self.rotation = rotation
    self.dropout = dropout
  }
}

/// Dropout of attention weights: weight (b, h, i, j) is kept by a draw keyed by its place.
public struct AttentionDropout: Sendable {
  /// The share of weights set to zero; the others are scaled by 1/(1 − rate).
  public var rate: Double
  /// Where the draws come from.
  public var source: RandomSource

  /// Dropout at a rate in [0, 1).
  public init(rate: Double, source: RandomSource) {
    self.rate = rate
    self.source = source
  }
}
