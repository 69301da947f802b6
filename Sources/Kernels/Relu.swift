/// The rectified linear unit: y = max(x, 0); NaN stays NaN.
@specialized(where S == Float)
@specialized(where S == Double)
public func relu<S: Scalar>(_ x: UnsafePointer<S>, count: Int, into y: UnsafeMutablePointer<S>) {
  let zero = S.Vector(repeating: 0)
  @inline(__always)
  func value(_ x: S.Vector) -> S.Vector { S.maximum(zero, x) }
  forEachChunk(of: count) { range in
    let i = range.lowerBound
    map(x + i, count: range.count, into: y + i, .overwrite, value)
  }
}

/// The gradient of `relu`: dx (+)= dy where x is above 0, else 0; at the kink, too, where PyTorch has 0 as well.
@specialized(where S == Float)
@specialized(where S == Double)
public func reluBackward<S: Scalar>(
  cotangent dy: UnsafePointer<S>, input x: UnsafePointer<S>, count: Int, into dx: UnsafeMutablePointer<S>,
  _ accumulation: Accumulation
) {
  let zero = S.Vector(repeating: 0)
  @inline(__always)
  func gradient(_ dy: S.Vector, _ x: S.Vector) -> S.Vector { zero.replacing(with: dy, where: x .> zero) }
  forEachChunk(of: count) { range in
    let i = range.lowerBound
    map(dy + i, x + i, count: range.count, into: dx + i, accumulation, gradient)
  }
}
