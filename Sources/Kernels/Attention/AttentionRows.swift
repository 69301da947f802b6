import Platform

// What happens to one row of scores between the products. Counts are whole vectors: what is behind the last key is −∞
// before the exponential and 0 after it.

/// row ← exp(row − shift); their sum, one vector accumulator, then its lanes.
@inline(__always)
@discardableResult
func exponentials<S: Scalar>(_ row: UnsafeMutablePointer<S>, count: Int, minus shift: S) -> S {
  let lanes = S.Vector.scalarCount
  let shift = S.Vector(repeating: shift)
  var sum = S.Vector()
  for i in stride(from: 0, to: count, by: lanes) {
    let e = S.exp(load(row + i) - shift)
    store(e, row + i)
    sum += e
  }
  return sumOfLanes(sum, S.self)
}

/// dP → dS in place: P ∘ (dP − correction).
@inline(__always)
func scoreCotangents<S: Scalar>(
  _ row: UnsafeMutablePointer<S>, weights: UnsafeMutablePointer<S>, count: Int, minus correction: S
) {
  let correction = S.Vector(repeating: correction)
  for i in stride(from: 0, to: count, by: S.Vector.scalarCount) {
    store(load(weights + i) * (load(row + i) - correction), row + i)
  }
}

/// Zeroes dropped weights of a row and scales the others, by the draws of `keys`.
@inline(__always)
func drop<S: Scalar>(
  _ row: UnsafeMutablePointer<S>, _ dropout: AttentionDropout, rowIndex: Int, keys: Range<Int>, time: Int
) {
  let threshold = UInt32(dropout.rate * 0x1p32)
  let factor = S(1 / (1 - dropout.rate))
  let blocks = (time + 3) / 4
  for j in keys {
    let word = dropout.source.block(rowIndex * blocks + j / 4)[j % 4]
    row[j - keys.lowerBound] = word < threshold ? 0 : row[j - keys.lowerBound] * factor
  }
}

/// row ← factor · row, for whole vectors.
@inline(__always)
func scaleRow<S: Scalar>(_ row: UnsafeMutablePointer<S>, count: Int, by factor: S) {
  let factor = S.Vector(repeating: factor)
  for i in stride(from: 0, to: count, by: S.Vector.scalarCount) { store(factor * load(row + i), row + i) }
}

/// Σ aᵢ·bᵢ, in the order of `sum(_:_:_:)`.
@inline(__always)
func dotProduct<S: Scalar>(_ a: UnsafePointer<S>, _ b: UnsafePointer<S>, count: Int) -> S {
  @inline(__always)
  func product(_ i: Int, _ left: Int) -> S.Vector { load(atMost: left, of: a + i) * load(atMost: left, of: b + i) }
  return sum(count, S.self, product)
}

/// Stores tiles into rows of a strip, or adds them.
struct StripEpilogue<S: Scalar>: TileEpilogue {
  let c: UnsafeMutablePointer<S>
  let rowStride: Int
  let adds: Bool

  static var isLong: Bool { false }

  @inline(__always)
  private func target(row: Int, column: Int) -> UnsafeMutablePointer<S> { c + (row &* rowStride &+ column) }

  /// Strips stay in the cache.
  @inline(__always)
  func prefetch(row: Int, column: Int, rows: Int) {}

  @inline(__always)
  func store(_ left: S.Vector, _ right: S.Vector, row: Int, column: Int) {
    let target = target(row: row, column: column)
    let lanes = S.Vector.scalarCount
    Kernels.store(adds ? left + load(target) : left, target)
    Kernels.store(adds ? right + load(target + lanes) : right, target + lanes)
  }

  @inline(__always)
  func store(_ left: S.Vector, _ right: S.Vector, row: Int, column: Int, count: Int) {
    storeEdge(left, right, count: count, target(row: row, column: column), adds: adds)
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

/// Seven buffers, undefined at first, that last as long as the body.
@inline(__always)
func withScratch<S: Scalar>(
  _: S.Type, _ a: Int, _ b: Int, _ c: Int, _ d: Int = 0, _ e: Int = 0, _ f: Int = 0, _ g: Int = 0,
  _ body: (
    UnsafeMutablePointer<S>, UnsafeMutablePointer<S>, UnsafeMutablePointer<S>, UnsafeMutablePointer<S>,
    UnsafeMutablePointer<S>, UnsafeMutablePointer<S>, UnsafeMutablePointer<S>
  ) -> Void
) {
  @inline(__always)
  func end(_ start: Int, _ size: Int) -> Int { start + roundUp(size, to: 16) }
  let (a, b) = (end(0, a), end(end(0, a), b))
  let c = end(b, c)
  let d = end(c, d)
  let e = end(d, e)
  let f = end(e, f)
  // A tile of a transposed matrix that overhangs reads up to its rows beyond the last element; those products are
  // thrown away.
  let g = end(f, g) + 16
  Arena.shared.withScratch(S.self, count: g) { start in
    body(start, start + a, start + b, start + c, start + d, start + e, start + f)
  }
}
