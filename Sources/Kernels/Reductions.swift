/// What is summed over rows.
///
/// A type and not a closure, since a closure within the closure that threads run would be called for every vector.
protocol RowTerm<S> {
  associatedtype S: Scalar

  /// The terms of a row from a column on; as many as one vector has or as `count` says, if that is fewer.
  func callAsFunction(row: Int, column: Int, count: Int) -> S.Vector
}

/// y[c] (+)= Σ over rows of the terms at `[row, column]`.
///
/// Order: rows are cut into blocks (a number that follows from rows and columns alone); each block is summed row by
/// row; the blocks' sums are added in order; the result is stored or added to y.
@inline(__always)
func sumOverRows<Term: RowTerm>(
  _ term: Term, rows: Int, columns: Int, into y: UnsafeMutablePointer<Term.S>, _ accumulation: Accumulation
) {
  typealias S = Term.S
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
        put(term(row: row, column: first &+ i, count: here), first: here, at: sums + i, .add)
      }
      forEachVector(count, S.self, add)
    }
  }
  for block in 1..<max(1, blocks) {
    let next = UnsafePointer(partials + block * columns)
    map(UnsafePointer(partials), next, count: columns, into: partials, .overwrite, +)
  }
  map(UnsafePointer(partials), count: columns, into: y, accumulation)
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
