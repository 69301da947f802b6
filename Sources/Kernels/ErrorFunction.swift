/// y = erf x = 2/√π · ∫₀ˣ e^(−t²) dt.
@specialized(where S == Float)
@specialized(where S == Double)
public func erf<S: Scalar>(_ x: UnsafePointer<S>, count: Int, into y: UnsafeMutablePointer<S>) {
  forEachChunk(of: count) { range in
    let i = range.lowerBound
    map(x + i, count: range.count, into: y + i, .overwrite) { S.erf($0) }
  }
}

/// The gradient of `erf`: dx (+)= dy · 2/√π · e^(−x²).
@specialized(where S == Float)
@specialized(where S == Double)
public func erfBackward<S: Scalar>(
  cotangent dy: UnsafePointer<S>, input x: UnsafePointer<S>, count: Int, into dx: UnsafeMutablePointer<S>,
  _ accumulation: Accumulation
) {
  let factor = S.Vector(repeating: 1.128_379_167_095_512_573_9)  // 2/√π
  let zero = S.Vector(repeating: 0)
  forEachChunk(of: count) { range in
    let i = range.lowerBound
    map(dy + i, x + i, count: range.count, into: dx + i, accumulation) { dy, x in dy * (factor * S.exp(zero - x * x)) }
  }
}
