/// What becomes of the scores of one head before their softmax: which of them are hidden.
///
/// The one place that both passes ask. What is added to scores by a key's distance (ALiBi, relative positions) belongs
/// into `apply`, before hiding; it moves no gradient of queries, keys and values, since a score's own derivative stays 1.
struct ScoreRule {
  /// `[U]`, in which `true` hides that key.
  private let keyPadding: UnsafePointer<Bool>?
  private let isCausal: Bool
  /// The position of query 0 among the keys'.
  private let queryOffset: Int

  init<S: Scalar>(_ options: AttentionOptions<S>, _ shape: AttentionShape, _ head: AttentionHead) {
    keyPadding = options.keyPadding.map { $0 + head.batch * shape.keyLength }
    isCausal = options.mask == .causal
    queryOffset = shape.queryOffset
  }

  /// Whether the mask leaves any key of a block to any query of a strip.
  ///
  /// The first block is never left out, so that every sum is begun.
  func mayBeSeen(_ block: Range<Int>, from strip: Range<Int>) -> Bool {
    !isCausal || block.lowerBound == 0 || block.lowerBound < queryOffset + strip.upperBound
  }

  /// Makes a query's scores with a block of keys ready for the softmax: those of hidden keys, and those up to a whole
  /// vector behind the last key, become −∞.
  @inline(__always)
  func apply<S: Scalar>(_ row: UnsafeMutablePointer<S>, query: Int, _ block: Range<Int>) {
    let padded = roundUp(block.count, to: S.Vector.scalarCount)
    let visible =
      isCausal ? max(0, min(block.count, queryOffset + query + 1 - block.lowerBound)) : block.count
    for j in visible..<padded { row[j] = -.infinity }
    guard let keyPadding else { return }
    for j in 0..<visible where keyPadding[block.lowerBound + j] { row[j] = -.infinity }
  }
}
