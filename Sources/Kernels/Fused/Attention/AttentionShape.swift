// Legend of this folder: B batch, T queries of a sequence, U keys and values of a sequence, H heads, G key-value heads,
// D dimensions of a head.

/// The sizes of an attention: B, T, U, H, G and D of the folder's legend, and how its operands lie in memory.
///
/// Queries, the output and the gradients of queries are `[B, T, H, D]`, keys, values and theirs `[B, U, G, D]`. The
/// positions of queries, and those of keys and values, may lie further apart than their own elements: that is how the
/// three come out of one product side by side.
public struct AttentionShape: Sendable, Equatable {
  /// Sequences.
  public let batch: Int
  /// Queries of a sequence, T.
  public let queryLength: Int
  /// Keys, and values, of a sequence, U.
  public let keyLength: Int
  /// The position of the first query among the keys': query i is at the position of key `queryOffset + i`.
  ///
  /// A mask and a rotation go by positions. Where a sequence goes on, the keys seen before are kept, and the queries are
  /// those of the new positions.
  public let queryOffset: Int
  /// Heads.
  public let heads: Int
  /// Heads of keys and values.
  ///
  /// Each serves `heads / keyValueHeads` heads of queries (Ainslie et al. 2023, arXiv:2305.13245v3, section 2.2).
  public let keyValueHeads: Int
  /// Dimensions of a head.
  public let headDim: Int
  /// Elements from one position of the queries to the next.
  public let queryStride: Int
  /// Elements from one position of keys, and of values, to the next.
  public let keyValueStride: Int

  /// Queries and keys of the same positions: self-attention over whole sequences.
  ///
  /// - Parameters:
  ///   - batch: B.
  ///   - time: T, and U.
  ///   - heads: H.
  ///   - keyValueHeads: G, a divisor of H; H if `nil`.
  ///   - headDim: D.
  ///   - stride: elements from one position to the next of queries, keys and values alike; `nil` if each of the three
  ///     lies by itself.
  public init(batch: Int, time: Int, heads: Int, keyValueHeads: Int? = nil, headDim: Int, stride: Int? = nil) {
    self.init(
      batch: batch, queryLength: time, keyLength: time, queryOffset: 0, heads: heads, keyValueHeads: keyValueHeads,
      headDim: headDim, stride: stride)
  }

  /// Queries and keys of different lengths, each of the three operands lying by itself.
  ///
  /// - Parameters:
  ///   - batch: B.
  ///   - queryLength: T.
  ///   - keyLength: U; at least 1 if there are queries.
  ///   - queryOffset: the position of the first query among the keys'.
  ///   - heads: H.
  ///   - keyValueHeads: G, a divisor of H; H if `nil`.
  ///   - headDim: D.
  public init(
    batch: Int, queryLength: Int, keyLength: Int, queryOffset: Int = 0, heads: Int, keyValueHeads: Int? = nil,
    headDim: Int
  ) {
    self.init(
      batch: batch, queryLength: queryLength, keyLength: keyLength, queryOffset: queryOffset, heads: heads,
      keyValueHeads: keyValueHeads, headDim: headDim, stride: nil)
  }

  private init(
    batch: Int, queryLength: Int, keyLength: Int, queryOffset: Int, heads: Int, keyValueHeads: Int?, headDim: Int,
    stride: Int?
  ) {
    self.batch = batch
    self.queryLength = queryLength
    self.keyLength = keyLength
    self.queryOffset = queryOffset
    self.heads = heads
    self.keyValueHeads = keyValueHeads ?? heads
    self.headDim = headDim
    queryStride = stride ?? heads * headDim
    keyValueStride = stride ?? self.keyValueHeads * headDim
    precondition(
      self.keyValueHeads > 0 && heads % self.keyValueHeads == 0,
      "AttentionShape: \(heads) heads for \(self.keyValueHeads) of keys and values")
    precondition(
      queryOffset >= 0 && (keyLength > 0 || queryLength == 0),
      "AttentionShape: \(queryLength) queries from position \(queryOffset) on for \(keyLength) keys")
  }

  /// How many positions a rotation must have.
  public var positionCount: Int { max(keyLength, queryOffset + queryLength) }

  /// Elements from one position of the output to the next.
  var outputStride: Int { heads * headDim }

  /// How many heads of queries share a head of keys and values.
  var groupSize: Int { heads / keyValueHeads }
}
