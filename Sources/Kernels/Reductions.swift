/// y[c] (+)= Σ over rows of `term(row, column)`, a vector of terms from a column on.
///
/// Order: rows are cut into blocks (a number that follows from rows and columns alone); each block is summed row by
/// row from 0; the blocks' sums are added in order; the result is stored or added to y. `term` is called with row,
/// first column, and the number of columns that are left.
@inline(__always)
func sumOverRows<S: Scalar>(
  rows: Int, columns: Int, into y: UnsafeMutablePointer<S>, _ accumulation: Accumulation,
  _ term: (Int, Int, Int) -> S.Vector
) {
  let lanes = S.Vector.scalarCount
  guard columns > 0 else { return }
  let isSmall = rows * columns <= chunkSize
  let bandSize = isSmall ? columns : 256
  let bands = (columns + bandSize - 1) / bandSize
  let blocks = isSmall ? 1 : max(1, min((32 + bands - 1) / bands, rows / 16))
  let partials = UnsafeMutablePointer<S>.allocate(capacity: blocks * columns)
  defer { partials.deallocate() }
  forEachChunk(of: blocks * bands, size: 1) { task in
    let block = task.lowerBound / bands
    let band = task.lowerBound % bands
    let firstRow = block * rows / blocks
    let endRow = (block + 1) * rows / blocks
    let end = min(columns, (band + 1) * bandSize)
    let sums = partials + block * columns
    var column = band * bandSize
    while column + 4 * lanes <= end {
      var a = S.Vector(repeating: 0)
      var b = a
      var c = a
      var d = a
      for row in firstRow..<endRow {
        a += term(row, column, lanes)
        b += term(row, column + lanes, lanes)
        c += term(row, column + 2 * lanes, lanes)
        d += term(row, column + 3 * lanes, lanes)
      }
      store(a, sums + column)
      store(b, sums + column + lanes)
      store(c, sums + column + 2 * lanes)
      store(d, sums + column + 3 * lanes)
      column += 4 * lanes
    }
    while column < end {
      let here = end - column
      var a = S.Vector(repeating: 0)
      for row in firstRow..<endRow { a += term(row, column, here) }
      put(a, first: here, at: sums + column, .overwrite)
      column += lanes
    }
  }
  for block in 1..<max(1, blocks) {
    let next = UnsafePointer(partials + block * columns)
    map(UnsafePointer(partials), next, count: columns, into: partials, .overwrite) { $0 + $1 }
  }
  map(UnsafePointer(partials), count: columns, into: y, accumulation) { $0 }
}

/// A vector from a row, or as many lanes as are left.
@inline(__always)
func load<S: Scalar>(atMost count: Int, of pointer: UnsafePointer<S>) -> S.Vector {
  count >= S.Vector.scalarCount ? load(pointer) : load(first: count, of: pointer)
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
