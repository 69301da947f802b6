/// The Gaussian error linear unit with tanh in the place of erf (Hendrycks & Gimpel 2016, section 2):
/// y = ½x(1 + tanh u), u = √(2/π)·(x + 0.044715x³).
///
/// Google's BERT and GPT-2 were trained with it. It is computed as x·σ(2u), σ being the logistic function: the same
/// value, in which nothing cancels. In `Float` the error is at most 2⁻²¹·|x|.
@specialized(where S == Float)
@specialized(where S == Double)
public func geluTanh<S: Scalar>(_ x: UnsafePointer<S>, count: Int, into y: UnsafeMutablePointer<S>) {
  @inline(always)
  func value(_ x: S.Vector) -> S.Vector { x * S.logistic(S.doubledTanhArgument(x).value) }
  forEachChunk(of: count) { range in
    let i = range.lowerBound
    map(x + i, count: range.count, into: y + i, .overwrite, value)
  }
}

/// The gradient of `geluTanh`: dx (+)= dy · (s + x·s·(1 − s)·2u′), where s = σ(2u) and
/// u′ = √(2/π)·(1 + 3 · 0.044715x²).
@specialized(where S == Float)
@specialized(where S == Double)
public func geluTanhBackward<S: Scalar>(
  cotangent dy: UnsafePointer<S>, input x: UnsafePointer<S>, count: Int, into dx: UnsafeMutablePointer<S>,
  _ accumulation: Accumulation
) {
  @inline(always)
  func gradient(_ dy: S.Vector, _ x: S.Vector) -> S.Vector {
    let (argument, derivative) = S.doubledTanhArgument(x)
    let s = S.logistic(argument)
    let slope = s * (S.Vector(repeating: 1) - s)
    return dy * s.addingProduct(x * slope, derivative)
  }
  forEachChunk(of: count) { range in
    let i = range.lowerBound
    map(dy + i, x + i, count: range.count, into: dx + i, accumulation, gradient)
  }
}

extension Scalar {
  /// 2u = 2√(2/π)·(x + 0.044715x³) of each lane, and its derivative there.
  ///
  /// From ±32 on, where σ(2u) is 0 or 1 in either precision, x counts as ±32: its cube would overflow.
  @inlinable @inline(always)
  static func doubledTanhArgument(_ x: Vector) -> (value: Vector, derivative: Vector) {
    let limit = Vector(repeating: 32)
    // The vector that may be NaN stands second, and so stays NaN.
    let t = -maximum(-limit, -maximum(-limit, x))
    let factor = Vector(repeating: 1.595_769_121_605_730_711_8)  // 2√(2/π)
    let one = Vector(repeating: 1)
    let square = t * t
    let value = factor * t * one.addingProduct(Vector(repeating: 0.044715), square)
    let derivative = factor * one.addingProduct(Vector(repeating: 0.134145), square)
    return (value, derivative)
  }
}
