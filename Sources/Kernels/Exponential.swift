/// y = eˣ.
@specialized(where S == Float)
@specialized(where S == Double)
public func exp<S: Scalar>(_ x: UnsafePointer<S>, count: Int, into y: UnsafeMutablePointer<S>) {
  @inline(__always)
  func value(_ x: S.Vector) -> S.Vector { S.exp(x) }
  forEachChunk(of: count) { range in
    let i = range.lowerBound
    map(x + i, count: range.count, into: y + i, .overwrite, value)
  }
}

/// The gradient of `exp`: dx (+)= dy · y.
@specialized(where S == Float)
@specialized(where S == Double)
public func expBackward<S: Scalar>(
  cotangent dy: UnsafePointer<S>, output y: UnsafePointer<S>, count: Int, into dx: UnsafeMutablePointer<S>,
  _ accumulation: Accumulation
) {
  forEachChunk(of: count) { range in
    let i = range.lowerBound
    map(dy + i, y + i, count: range.count, into: dx + i, accumulation, *)
  }
}
