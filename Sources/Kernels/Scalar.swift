/// A floating-point type that tensors are made of: `Float` to train in, `Double` to check in.
///
/// Kernels are written once over `Scalar` and its `Vector`, and compiled for both types with `@specialized`, so
/// that a call is dispatched once and its loop runs on SIMD registers.
public protocol Scalar: BinaryFloatingPoint, SIMDScalar, BitwiseCopyable, Codable, Sendable {
  /// As many elements as one SIMD register of the build's CPU holds, or two registers; four at least.
  associatedtype Vector: SIMD & Sendable where Vector.Scalar == Self

  /// eˣ of each lane.
  static func exp(_ x: Vector) -> Vector
  /// The natural logarithm of each lane.
  static func log(_ x: Vector) -> Vector
  /// The hyperbolic tangent of each lane.
  static func tanh(_ x: Vector) -> Vector
  /// The error function of each lane.
  static func erf(_ x: Vector) -> Vector
  /// x·Φ(x) of each lane, the Gaussian error linear unit.
  static func gelu(_ x: Vector) -> Vector
  /// x·Φ(x) of each lane, and its derivative there.
  static func geluAndDerivative(_ x: Vector) -> (value: Vector, derivative: Vector)

  // Each type has the following in the same words: a generic vector is compared, and its halves are taken, lane by lane.

  /// The larger of each two lanes; where either is NaN, the second one.
  static func maximum(_ a: Vector, _ b: Vector) -> Vector
  /// Lanes 2i and 2i + 1 exchanged.
  static func exchangingNeighbours(_ x: Vector) -> Vector
}

extension Scalar {
  /// The square root of the magnitude of each lane; of a number that may be negative it would be a call for each.
  @inline(__always)
  static func squareRoot(_ x: Vector) -> Vector {
    var y = x
    for lane in 0..<Vector.scalarCount { y[lane] = x[lane].magnitude.squareRoot() }
    return y
  }
}
