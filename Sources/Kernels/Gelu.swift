/// The Gaussian error linear unit in its exact form (Hendrycks & Gimpel 2016): y = x·Φ(x) = ½x(1 + erf(x/√2)).
///
/// In `Float` the error is at most 2⁻²²·|x|. From −½ upwards that is 3 ulp; below, 1 and erf cancel, so that the result
/// has few digits at −5 and is 0 from −6 on, where the exact one is smaller than 6·10⁻⁹.
@specialized(where S == Float)
@specialized(where S == Double)
public func gelu<S: Scalar>(_ x: UnsafePointer<S>, count: Int, into y: UnsafeMutablePointer<S>) {
  @inline(always)
  func value(_ x: S.Vector) -> S.Vector { S.gelu(x) }
  forEachChunk(of: count) { range in
    let i = range.lowerBound
    map(x + i, count: range.count, into: y + i, .overwrite, value)
  }
}

/// The gradient of `gelu`: dx (+)= dy · (Φ(x) + x·φ(x)), where φ(x) = e^(−x²/2)/√(2π).
///
/// In `Float` the error of the factor of dy, which lies between −0.13 and 1.13, is at most 2⁻²².
@specialized(where S == Float)
@specialized(where S == Double)
public func geluBackward<S: Scalar>(
  cotangent dy: UnsafePointer<S>, input x: UnsafePointer<S>, count: Int, into dx: UnsafeMutablePointer<S>,
  _ accumulation: Accumulation
) {
  @inline(always)
  func gradient(_ dy: S.Vector, _ x: S.Vector) -> S.Vector {
    dy * S.geluAndDerivative(x).derivative
  }
  forEachChunk(of: count) { range in
    let i = range.lowerBound
    map(dy + i, x + i, count: range.count, into: dx + i, accumulation, gradient)
  }
}

extension Scalar {
  /// x·Φ(x) of each lane.
  @inline(always)
  public static func gelu(_ x: Vector) -> Vector { x * normalDistribution(x) }

  /// x·Φ(x) of each lane, and its derivative there, Φ(x) + x·φ(x).
  @inline(always)
  public static func geluAndDerivative(_ x: Vector) -> (value: Vector, derivative: Vector) {
    let distribution = normalDistribution(x)
    let normalizer = Vector(repeating: 0.398_942_280_401_432_677_94)  // 1/√(2π)
    let density = normalizer * exp(Vector(repeating: -0.5) * x * x)
    return (x * distribution, distribution.addingProduct(x, density))
  }

  /// Φ(x) = ½(1 + erf(x/√2)), the distribution function of the standard normal distribution.
  @inlinable @inline(always)
  static func normalDistribution(_ x: Vector) -> Vector {
    let half = Vector(repeating: 0.5)
    return half.addingProduct(half, erf(x * Vector(repeating: 0.707_106_781_186_547_524_4)))
  }
}
