extension Scalar {
  /// The logistic function 1/(1 + e⁻ˣ) of each lane, which is ½(1 + tanh(x/2)).
  ///
  /// In this form nothing cancels: the result keeps its digits where it is near 0.
  @inlinable @inline(always)
  static func logistic(_ x: Vector) -> Vector {
    let one = Vector(repeating: 1)
    return one / (one + exp(-x))
  }
}
