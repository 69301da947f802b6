import Platform

// What happens to one row of scores between the products. Counts are whole vectors: what is behind the last key is −∞
// before the exponential and 0 after it.

/// The largest score of a row: −∞ where all keys are hidden, NaN where those that are not have none but NaN.
@inline(__always)
func largestScore<S: Scalar>(_ row: UnsafePointer<S>, count: Int) -> S {
  let largest = maximum(row, count: count)
  if largest == -.infinity {
    for i in 0..<count where row[i].isNaN { return .nan }
  }
  return largest
}

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
  _ row: UnsafeMutablePointer<S>, _ dropout: AttentionDropout, rowIndex: Int, keys: Range<Int>, keyLength: Int
) {
  let threshold = UInt32(dropout.rate * 0x1p32)
  let factor = S(1 / (1 - dropout.rate))
  let blocks = (keyLength + 3) / 4
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
