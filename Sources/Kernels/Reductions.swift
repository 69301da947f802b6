/// How rows are cut into blocks that are summed each by itself: by the numbers of rows and columns alone.
struct SummedRows {
  let blockCount: Int
  private let count: Int

  /// Blocks of at least 16 rows, about 32 tasks of them with as many bands of columns; one block for what is small.
  init(_ count: Int, columns: Int, bands: Int = 1) {
    self.count = count
    blockCount = count * columns <= chunkSize ? 1 : max(1, min((32 + bands - 1) / bands, count / 16))
  }

  /// The rows of a block.
  @inline(__always)
  func rows(of block: Int) -> Range<Int> { block * count / blockCount..<(block + 1) * count / blockCount }

  /// y (+)= the blocks' sums, which lie behind one another, added in order; the first of them are lost.
  @inline(__always)
  func addBlocks<S: Scalar>(
    _ sums: UnsafeMutablePointer<S>, columns: Int, into y: UnsafeMutablePointer<S>, _ accumulation: Accumulation
  ) {
    for block in 1..<max(1, blockCount) {
      map(UnsafePointer(sums), UnsafePointer(sums + block * columns), count: columns, into: sums, .overwrite, +)
    }
    map(UnsafePointer(sums), count: columns, into: y, accumulation)
  }
}

/// Σ x, in the order of `sum(_:count:)` within each chunk, chunk after chunk.
@inline(__always)
func sumInChunks<S: Scalar>(_ x: UnsafePointer<S>, count: Int) -> S {
  let chunks = (count + chunkSize - 1) / chunkSize
  return withUnsafeTemporaryAllocation(of: S.self, capacity: max(1, chunks)) { partials in
    forEachChunk(of: count) { range in
      partials[range.lowerBound / chunkSize] = sum(x + range.lowerBound, count: range.count)
    }
    var total: S = 0
    for chunk in 0..<chunks { total += partials[chunk] }
    return total
  }
}
