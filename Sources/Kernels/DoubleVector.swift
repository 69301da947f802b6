import Foundation

extension Double: Scalar {
  #if X86_64_V4
    /// One AVX-512 register.
    public typealias Vector = SIMD8<Double>
  #elseif arch(x86_64)
    /// One AVX register; two SSE registers of `x86-64-v2`.
    public typealias Vector = SIMD4<Double>
  #else
    /// Two NEON registers.
    public typealias Vector = SIMD4<Double>
  #endif

  /// eˣ of each lane, by the system's library: `Double` is there to be right, not to be fast.
  @inline(__always)
  public static func exp(_ x: Vector) -> Vector { eachLane(x) { Foundation.exp($0) } }

  /// The natural logarithm of each lane, by the system's library.
  @inline(__always)
  public static func log(_ x: Vector) -> Vector { eachLane(x) { Foundation.log($0) } }

  /// The hyperbolic tangent of each lane, by the system's library.
  @inline(__always)
  public static func tanh(_ x: Vector) -> Vector { eachLane(x) { Foundation.tanh($0) } }

  /// The error function of each lane, by the system's library.
  @inline(__always)
  public static func erf(_ x: Vector) -> Vector { eachLane(x) { Foundation.erf($0) } }

  /// The larger of each two lanes; where either is NaN, the second one.
  @inline(__always)
  public static func maximum(_ a: Vector, _ b: Vector) -> Vector {
    b.replacing(with: a, where: a .> b)
  }

  /// Lanes 2i and 2i + 1 exchanged.
  @inline(__always)
  public static func exchangingNeighbours(_ x: Vector) -> Vector {
    var y = x
    y.evenHalf = x.oddHalf
    y.oddHalf = x.evenHalf
    return y
  }

  @inline(__always)
  private static func eachLane(_ x: Vector, _ function: (Double) -> Double) -> Vector {
    var y = x
    for lane in 0..<Vector.scalarCount { y[lane] = function(x[lane]) }
    return y
  }
}
