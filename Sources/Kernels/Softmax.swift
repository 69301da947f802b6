// x, y and their gradients are [rows, columns]; each row by itself, along the last axis.

/// y = e^(x − max x) / Σ e^(x − max x).
///
/// A row that is −∞ throughout gives NaN. Sums are in the order of `sumOfExponentials`.
@specialized(where S == Float)
@specialized(where S == Double)
public func softmax<S: Scalar>(
  _ x: UnsafePointer<S>, rows: Int, columns: Int, into y: UnsafeMutablePointer<S>
) {
  guard columns > 0 else { return }
  forEachChunk(ofRows: rows, columns: columns) { range in
    for row in range {
      let x = x + row * columns
      let y = y + row * columns
      let total = sumOfExponentials(x, count: columns, minus: maximum(x, count: columns), storingInto: y)
      let factor = S.Vector(repeating: 1 / total)
      @inline(__always)
      func normalized(_ y: S.Vector) -> S.Vector { y * factor }
      map(UnsafePointer(y), count: columns, into: y, .overwrite, normalized)
    }
  }
}

/// The gradient of `softmax`: dx (+)= y · (dy − Σ dy·y).
@specialized(where S == Float)
@specialized(where S == Double)
public func softmaxBackward<S: Scalar>(
  cotangent dy: UnsafePointer<S>, output y: UnsafePointer<S>, rows: Int, columns: Int,
  into dx: UnsafeMutablePointer<S>, _ accumulation: Accumulation
) {
  forEachChunk(ofRows: rows, columns: columns) { range in
    for row in range {
      let dy = dy + row * columns
      let y = y + row * columns
      @inline(__always)
      func product(_ i: Int, _ left: Int) -> S.Vector { load(atMost: left, of: dy + i) * load(atMost: left, of: y + i) }
      let dot = S.Vector(repeating: sum(columns, S.self, product))
      @inline(__always)
      func gradient(_ dy: S.Vector, _ y: S.Vector) -> S.Vector { y * (dy - dot) }
      map(dy, y, count: columns, into: dx + row * columns, accumulation, gradient)
    }
  }
}

/// y = x − log Σ eˣ.
///
/// A row that is −∞ throughout gives NaN. Sums are in the order of `sumOfExponentials`.
@specialized(where S == Float)
@specialized(where S == Double)
public func logSoftmax<S: Scalar>(
  _ x: UnsafePointer<S>, rows: Int, columns: Int, into y: UnsafeMutablePointer<S>
) {
  guard columns > 0 else { return }
  forEachChunk(ofRows: rows, columns: columns) { range in
    for row in range {
      let x = x + row * columns
      let (largest, logarithm) = logSumExp(x, count: columns)
      // Two subtractions: largest + logarithm would be rounded to the precision of the largest.
      let shift = S.Vector(repeating: largest)
      let rest = S.Vector(repeating: logarithm)
      @inline(__always)
      func shifted(_ x: S.Vector) -> S.Vector { (x - shift) - rest }
      map(x, count: columns, into: y + row * columns, .overwrite, shifted)
    }
  }
}

/// The gradient of `logSoftmax`: dx (+)= dy − eʸ · Σ dy.
@specialized(where S == Float)
@specialized(where S == Double)
public func logSoftmaxBackward<S: Scalar>(
  cotangent dy: UnsafePointer<S>, output y: UnsafePointer<S>, rows: Int, columns: Int,
  into dx: UnsafeMutablePointer<S>, _ accumulation: Accumulation
) {
  forEachChunk(ofRows: rows, columns: columns) { range in
    for row in range {
      let dy = dy + row * columns
      let total = S.Vector(repeating: sum(dy, count: columns))
      @inline(__always)
      func gradient(_ dy: S.Vector, _ y: S.Vector) -> S.Vector { dy - S.exp(y) * total }
      map(dy, y + row * columns, count: columns, into: dx + row * columns, accumulation, gradient)
    }
  }
}

// MARK: - Shared with the cross-entropy

/// Σ e^(x − shift) of a row.
///
/// Order: 64 vectors at a time into one accumulator, these sums one after another, then the lanes as in
/// `sumOfLanes`; so the rounding error grows with 64 + count / (64 · lanes), not with the count.
///
/// The exponentials go to `y`, if given; it may be `x`.
@inline(__always)
func sumOfExponentials<S: Scalar>(
  _ x: UnsafePointer<S>, count: Int, minus shift: S, storingInto y: UnsafeMutablePointer<S>? = nil
) -> S {
  let lanes = S.Vector.scalarCount
  let shift = S.Vector(repeating: shift)
  var total = S.Vector(repeating: 0)
  var i = 0
  while i < count {
    let blockEnd = min(count, i &+ 64 &* lanes)
    let wholeEnd = i &+ (blockEnd &- i) & -lanes
    var block = S.Vector(repeating: 0)
    while i < wholeEnd {
      let value = S.exp(load(x + i) - shift)
      block += value
      if let y { store(value, y + i) }
      i &+= lanes
    }
    if i < blockEnd {
      let value = S.exp(load(first: blockEnd - i, of: x + i, filler: -.infinity) - shift)
      block += value
      if let y { store(first: blockEnd - i, value, y + i) }
      i = blockEnd
    }
    total += block
  }
  return sumOfLanes(total, S.self)
}

/// log Σ eˣ of a row in two parts: the largest x, and the logarithm of Σ e^(x − largest).
@inline(__always)
func logSumExp<S: Scalar>(_ x: UnsafePointer<S>, count: Int) -> (largest: S, logarithm: S) {
  let largest = maximum(x, count: count)
  let total = sumOfExponentials(x, count: count, minus: largest)
  return (largest, S.log(S.Vector(repeating: total))[0])
}
