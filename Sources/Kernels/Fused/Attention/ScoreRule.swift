/// What becomes of the scores of one head before their softmax: what is added to them, and which of them are hidden.
///
/// The one place that both passes ask. What is added moves no gradient of queries, keys and values, since a score's own
/// derivative stays 1.
struct ScoreRule<S: Scalar> {
  /// `[T, U]`: what is added to the scores of this head.
  private let bias: UnsafePointer<S>?
  /// `[U]`, in which `true` hides that key.
  private let keyPadding: UnsafePointer<Bool>?
  private let isCausal: Bool
  /// The position of query 0 among the keys'.
  private let queryOffset: Int
  private let keyLength: Int

  init(_ options: AttentionOptions<S>, _ shape: AttentionShape, _ head: AttentionHead) {
    bias = options.bias.map { $0 + head.head * shape.queryLength * shape.keyLength }
    keyPadding = options.keyPadding.map { $0 + head.batch * shape.keyLength }
    isCausal = options.mask == .causal
    queryOffset = shape.queryOffset
    keyLength = shape.keyLength
  }

  /// Whether the mask leaves any key of a block to any query of a strip.
  ///
  /// The first block is never left out, so that every sum is begun.
  func mayBeSeen(_ block: Range<Int>, from strip: Range<Int>) -> Bool {
    !isCausal || block.lowerBound == 0 || block.lowerBound < queryOffset + strip.upperBound
  }

  /// Makes a query's scores with a block of keys ready for the softmax: the bias is added; those of hidden keys, and those
  /// up to a whole vector behind the last key, become −∞.
  @inline(__always)
  func apply(_ row: UnsafeMutablePointer<S>, query: Int, _ block: Range<Int>) {
    let padded = roundUp(block.count, to: S.Vector.scalarCount)
    let visible =
      isCausal ? max(0, min(block.count, queryOffset + query + 1 - block.lowerBound)) : block.count
    if let bias { map(bias + (query * keyLength + block.lowerBound), count: visible, into: row, .add) }
    for j in visible..<padded { row[j] = -.infinity }
    guard let keyPadding else { return }
    for j in 0..<visible where keyPadding[block.lowerBound + j] { row[j] = -.infinity }
  }
}
