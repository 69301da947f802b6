/// y = ln x.
@specialized(where S == Float)
@specialized(where S == Double)
public func log<S: Scalar>(_ x: UnsafePointer<S>, count: Int, into y: UnsafeMutablePointer<S>) {
  @inline(__always)
  func value(_ x: S.Vector) -> S.Vector { S.log(x) }
  forEachChunk(of: count) { range in
    let i = range.lowerBound
    map(x + i, count: range.count, into: y + i, .overwrite, value)
  }
}

/// The gradient of `log`: dx (+)= dy / x.
@specialized(where S == Float)
@specialized(where S == Double)
public func logBackward<S: Scalar>(
  cotangent dy: UnsafePointer<S>, input x: UnsafePointer<S>, count: Int, into dx: UnsafeMutablePointer<S>,
  _ accumulation: Accumulation
) {
  forEachChunk(of: count) { range in
    let i = range.lowerBound
    map(dy + i, x + i, count: range.count, into: dx + i, accumulation, /)
  }
}
