/// Stores tiles into rows of a strip, or adds them.
struct StripEpilogue<S: Scalar>: TileEpilogue {
  let c: UnsafeMutablePointer<S>
  let rowStride: Int
  let adds: Bool

  @inline(__always)
  private func address(row: Int, column: Int) -> UnsafeMutablePointer<S> { c + (row &* rowStride &+ column) }

  /// Strips stay in the cache.
  @inline(__always)
  func lines(row: Int, column: Int) -> EpilogueLines<S> { EpilogueLines() }

  @inline(__always)
  func target(row: Int, column: Int) -> TileTarget<S>? {
    let start = address(row: row, column: column)
    let earlier = adds ? TileAddend(start: UnsafePointer(start), rowStride: rowStride) : nil
    return TileTarget(start: start, rowStride: rowStride, addends: (earlier, nil, nil))
  }

  @inline(__always)
  func store(_ left: S.Vector, _ right: S.Vector, row: Int, column: Int) {
    let target = address(row: row, column: column)
    let lanes = S.Vector.scalarCount
    Kernels.store(adds ? left + load(target) : left, target)
    Kernels.store(adds ? right + load(target + lanes) : right, target + lanes)
  }

  @inline(__always)
  func store(_ left: S.Vector, _ right: S.Vector, row: Int, column: Int, count: Int) {
    storeEdge(left, right, count: count, address(row: row, column: column), adds: adds)
  }
}

/// Stores the first `count` columns of a row of a tile, or adds them to what is there.
@inline(__always)
private func storeEdge<S: Scalar>(
  _ left: S.Vector, _ right: S.Vector, count: Int, _ target: UnsafeMutablePointer<S>, adds: Bool
) {
  let lanes = S.Vector.scalarCount
  let accumulation: Accumulation = adds ? .add : .overwrite
  put(left, first: min(count, lanes), at: target, accumulation)
  if count > lanes { put(right, first: count - lanes, at: target + lanes, accumulation) }
}
