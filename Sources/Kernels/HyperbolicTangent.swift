/// y = tanh x.
@specialized(where S == Float)
@specialized(where S == Double)
public func tanh<S: Scalar>(_ x: UnsafePointer<S>, count: Int, into y: UnsafeMutablePointer<S>) {
  @inline(__always)
  func value(_ x: S.Vector) -> S.Vector { S.tanh(x) }
  forEachChunk(of: count) { range in
    let i = range.lowerBound
    map(x + i, count: range.count, into: y + i, .overwrite, value)
  }
}

/// The gradient of `tanh`: dx (+)= dy · (1 − y²).
@specialized(where S == Float)
@specialized(where S == Double)
public func tanhBackward<S: Scalar>(
  cotangent dy: UnsafePointer<S>, output y: UnsafePointer<S>, count: Int, into dx: UnsafeMutablePointer<S>,
  _ accumulation: Accumulation
) {
  @inline(__always)
  func gradient(_ dy: S.Vector, _ y: S.Vector) -> S.Vector { dy * (S.Vector(repeating: 1) - y * y) }
  forEachChunk(of: count) { range in
    let i = range.lowerBound
    map(dy + i, y + i, count: range.count, into: dx + i, accumulation, gradient)
  }
}
