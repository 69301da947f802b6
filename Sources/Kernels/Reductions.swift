/// y[c] (+)= Σ over rows of the terms at `[row, column]`.
///
/// Order: rows are cut into blocks (a number that follows from rows and columns alone); each block is summed row by
/// row; the blocks' sums are added in order; the result is stored or added to y.
///
/// `term` is called with a row, a column, and how many columns from there on; it had better be a function marked
/// `@inline(__always)`.
@inline(__always)
func sumOverRows<S: Scalar>(
  rows: Int, columns: Int, into y: UnsafeMutablePointer<S>, _ accumulation: Accumulation,
  _ term: (Int, Int, Int) -> S.Vector
) {
  guard columns > 0 else { return }
  // About 32 tasks for what is large: bands of columns first, then blocks of rows.
  let isSmall = rows * columns <= chunkSize
  let bandSize = isSmall ? columns : 512
  let bands = (columns + bandSize - 1) / bandSize
  let blocks = isSmall ? 1 : max(1, min((32 + bands - 1) / bands, rows / 16))
  let partials = UnsafeMutablePointer<S>.allocate(capacity: blocks * columns)
  defer { partials.deallocate() }
  forEachChunk(of: blocks * bands, size: 1) { task in
    let block = task.lowerBound / bands
    let first = task.lowerBound % bands * bandSize
    let count = min(bandSize, columns - first)
    let sums = partials + block * columns + first
    sums.update(repeating: 0, count: count)
    for row in block * rows / blocks..<(block + 1) * rows / blocks {
      @inline(__always)
      func add(_ i: Int, _ here: Int) {
        put(term(row, first &+ i, here), first: here, at: sums + i, .add)
      }
      forEachVector(count, S.self, add)
    }
  }
  for block in 1..<max(1, blocks) {
    let next = UnsafePointer(partials + block * columns)
    map(UnsafePointer(partials), next, count: columns, into: partials, .overwrite) { $0 + $1 }
  }
  map(UnsafePointer(partials), count: columns, into: y, accumulation) { $0 }
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
