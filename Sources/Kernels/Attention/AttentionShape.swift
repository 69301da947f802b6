import Platform

// Legend of this folder: B batch, T time, H heads, G key-value heads, D dimensions of a head.

/// The sizes of an attention: B, T, H, G and D of the folder's legend, and how its operands lie in memory.
///
/// Queries, the output and the gradients of queries are `[B, T, H, D]`, keys, values and theirs `[B, T, G, D]`. The
/// positions of queries, and those of keys and values, may lie further apart than their own elements: that is how the
/// three come out of one product side by side.
public struct AttentionShape: Sendable, Equatable {
  /// Sequences.
  public var batch: Int
  /// Positions of a sequence.
  public var time: Int
  /// Heads.
  public var heads: Int
  /// Heads of keys and values.
  ///
  /// Each serves `heads / keyValueHeads` heads of queries (Ainslie et al. 2023, arXiv:2305.13245v3, section 2.2).
  public var keyValueHeads: Int
  /// Dimensions of a head.
  public var headDim: Int
  /// Elements from one position of the queries to the next.
  public var queryStride: Int
  /// Elements from one position of keys, and of values, to the next.
  public var keyValueStride: Int

  /// A shape of the given sizes.
  ///
  /// - Parameters:
  ///   - batch: B.
  ///   - time: T.
  ///   - heads: H.
  ///   - keyValueHeads: G, a divisor of H; H if `nil`.
  ///   - headDim: D.
  ///   - stride: elements from one position to the next of queries, keys and values alike; `nil` if each of the three
  ///     lies by itself.
  public init(batch: Int, time: Int, heads: Int, keyValueHeads: Int? = nil, headDim: Int, stride: Int? = nil) {
    self.batch = batch
    self.time = time
    self.heads = heads
    self.keyValueHeads = keyValueHeads ?? heads
    self.headDim = headDim
    queryStride = stride ?? heads * headDim
    keyValueStride = stride ?? self.keyValueHeads * headDim
    precondition(
      heads % self.keyValueHeads == 0, "AttentionShape: \(heads) heads for \(self.keyValueHeads) of keys and values")
  }

  /// Elements from one position of the output to the next.
  var outputStride: Int { heads * headDim }

  /// How many heads of queries share a head of keys and values.
  var groupSize: Int { heads / keyValueHeads }
}

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
  /// Which keys a query may see.
  public var mask: AttentionMask
  /// `[B, T]`, in which `true` hides that key; `nil` hides none.
  public var keyPadding: UnsafePointer<Bool>?
  /// Rotates queries and keys while they are packed, if given.
  public var rotation: Rotation<S>?
  /// Drops attention weights, if given.
  public var dropout: AttentionDropout?

  /// Options; without arguments beyond the scale, plain attention.
  public init(
    scale: S, mask: AttentionMask = .bidirectional, keyPadding: UnsafePointer<Bool>? = nil,
    rotation: Rotation<S>? = nil, dropout: AttentionDropout? = nil
  ) {
    self.scale = scale
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
