/// The sigmoid linear unit, also called swish: y = x·σ(x) = x/(1 + e⁻ˣ).
///
/// Sources: Hendrycks & Gimpel 2016; Ramachandran, Zoph & Le 2017.
@specialized(where S == Float)
@specialized(where S == Double)
public func silu<S: Scalar>(_ x: UnsafePointer<S>, count: Int, into y: UnsafeMutablePointer<S>) {
  @inline(always)
  func value(_ x: S.Vector) -> S.Vector { x * S.logistic(x) }
  forEachChunk(of: count) { range in
    let i = range.lowerBound
    map(x + i, count: range.count, into: y + i, .overwrite, value)
  }
}

/// The gradient of `silu`: dx (+)= dy · (s + x·s·(1 − s)), where s = σ(x).
@specialized(where S == Float)
@specialized(where S == Double)
public func siluBackward<S: Scalar>(
  cotangent dy: UnsafePointer<S>, input x: UnsafePointer<S>, count: Int, into dx: UnsafeMutablePointer<S>,
  _ accumulation: Accumulation
) {
  @inline(always)
  func gradient(_ dy: S.Vector, _ x: S.Vector) -> S.Vector {
    let s = S.logistic(x)
    return dy * s.addingProduct(x * s, S.Vector(repeating: 1) - s)
  }
  forEachChunk(of: count) { range in
    let i = range.lowerBound
    map(dy + i, x + i, count: range.count, into: dx + i, accumulation, gradient)
  }
}
