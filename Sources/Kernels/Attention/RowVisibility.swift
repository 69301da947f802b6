/// Which keys the rows of one sequence see.
struct RowVisibility {
  private let padding: UnsafePointer<Bool>?
  private let isCausal: Bool

  init<S: Scalar>(_ options: AttentionOptions<S>, _ head: AttentionHead, time: Int) {
    padding = options.keyPadding.map { $0 + head.batch * time }
    isCausal = options.mask == .causal
  }

  /// Whether the mask leaves any key of a block to any query of a strip.
  ///
  /// The first block is never left out, so that every sum is begun.
  func mayBeSeen(_ block: Range<Int>, from strip: Range<Int>) -> Bool {
    !isCausal || block.lowerBound == 0 || block.lowerBound < strip.upperBound
  }

  /// Sets the scores of hidden keys to −∞, and those up to a whole panel behind the last key.
  @inline(__always)
  func hide<S: Scalar>(_ row: UnsafeMutablePointer<S>, query: Int, _ block: Range<Int>) {
    let padded = roundUp(block.count, to: S.Vector.scalarCount)
    let visible = isCausal ? max(0, min(block.count, query + 1 - block.lowerBound)) : block.count
    for j in visible..<padded { row[j] = -.infinity }
    guard let padding else { return }
    for j in 0..<visible where padding[block.lowerBound + j] { row[j] = -.infinity }
  }
}
