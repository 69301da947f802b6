/// y = erf x = 2/√π · ∫₀ˣ e^(−t²) dt.
@specialized(where S == Float)
@specialized(where S == Double)
public func erf<S: Scalar>(_ x: UnsafePointer<S>, count: Int, into y: UnsafeMutablePointer<S>) {
  @inline(__always)
  func value(_ x: S.Vector) -> S.Vector { S.erf(x) }
  forEachChunk(of: count) { range in
    let i = range.lowerBound
    map(x + i, count: range.count, into: y + i, .overwrite, value)
  }
}

/// The gradient of `erf`: dx (+)= dy · 2/√π · e^(−x²).
@specialized(where S == Float)
@specialized(where S == Double)
public func erfBackward<S: Scalar>(
  cotangent dy: UnsafePointer<S>, input x: UnsafePointer<S>, count: Int, into dx: UnsafeMutablePointer<S>,
  _ accumulation: Accumulation
) {
  @inline(__always)
  func gradient(_ dy: S.Vector, _ x: S.Vector) -> S.Vector {
    let factor = S.Vector(repeating: 1.128_379_167_095_512_573_9)  // 2/√π
    return dy * (factor * S.exp(S.Vector(repeating: 0) - x * x))
  }
  forEachChunk(of: count) { range in
    let i = range.lowerBound
    map(dy + i, x + i, count: range.count, into: dx + i, accumulation, gradient)
  }
}
