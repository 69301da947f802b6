#if X86_64_V4
  @usableFromInline typealias FloatVector = SIMD16<Float>
  @usableFromInline typealias IntegerVector = SIMD16<Int32>
#elseif arch(x86_64)
  @usableFromInline typealias FloatVector = SIMD8<Float>
  @usableFromInline typealias IntegerVector = SIMD8<Int32>
#else
  @usableFromInline typealias FloatVector = SIMD4<Float>
  @usableFromInline typealias IntegerVector = SIMD4<Int32>
#endif

extension Float: Scalar {
  #if X86_64_V4
    /// One AVX-512 register.
    public typealias Vector = SIMD16<Float>
  #elseif arch(x86_64)
    /// One AVX register; two SSE registers of `x86-64-v2`.
    public typealias Vector = SIMD8<Float>
  #else
    /// One NEON register.
    public typealias Vector = SIMD4<Float>
  #endif

  /// eˣ of each lane, within 2 ulp.
  ///
  /// Cody and Waite (1980): x = n·ln 2 + r with ln 2 split in two, |r| ≤ ½ ln 2, so eˣ = 2ⁿ·eʳ; eʳ by the polynomial
  /// of Cephes `expf`. 2ⁿ is applied as two factors, so that results fade out through the denormals to 0 below
  /// −103.97 and overflow to ∞ above 88.72. NaN stays NaN.
  @inline(always)
  public static func exp(_ x: Vector) -> Vector {
    let clamped = clamp(x, from: -104, to: 89)
    // Adding 1.5·2²³ rounds to a whole number and leaves it in the low bits of the significand.
    let magic = Vector(repeating: 0x1.8p23)
    let shifted = fma(clamped, Vector(repeating: 1.442_695_04), magic)
    let n = shifted - magic
    var r = fma(n, Vector(repeating: -0.693_359_375), clamped)
    r = fma(n, Vector(repeating: 2.121_944_4e-4), r)
    var p = Vector(repeating: 1.987_569_150_0e-4)
    p = fma(p, r, 1.398_199_950_7e-3)
    p = fma(p, r, 8.333_451_907_3e-3)
    p = fma(p, r, 4.166_579_589_4e-2)
    p = fma(p, r, 1.666_666_545_9e-1)
    p = fma(p, r, 5.000_000_120_1e-1)
    p = fma(p, r * r, r) + Vector(repeating: 1)
    let power = integers(shifted) &- IntegerVector(repeating: 0x4b40_0000)
    let half = power &>> 1
    return p * powerOfTwo(half) * powerOfTwo(power &- half)
  }

  /// The natural logarithm of each lane, within 2 ulp.
  ///
  /// x = 2ᵉ·m with m in [√½, √2), so log x = e·ln 2 + log m; log m by the polynomial of Cephes `logf`. −∞ at 0, NaN
  /// below 0, denormals are honoured.
  @inline(always)
  public static func log(_ x: Vector) -> Vector {
    let isTiny = x .< Vector(repeating: leastNormalMagnitude)
    let scaled = x.replacing(with: x * Vector(repeating: 0x1p23), where: isTiny)
    // Subtracting the bits of √½ moves the border between exponents there.
    let offset = integers(scaled) &- IntegerVector(repeating: 0x3f35_04f3)
    let exponent = offset &>> 23
    let m = floats((offset & IntegerVector(repeating: 0x007f_ffff)) &+ IntegerVector(repeating: 0x3f35_04f3))
    let magic = Vector(repeating: 0x1.8p23)
    var e = floats(exponent &+ IntegerVector(repeating: 0x4b40_0000)) - magic
    e.replace(with: e - Vector(repeating: 23), where: isTiny)
    let f = m - Vector(repeating: 1)
    let z = f * f
    var p = Vector(repeating: 7.037_683_629_2e-2)
    p = fma(p, f, -1.151_461_031_0e-1)
    p = fma(p, f, 1.167_699_874_0e-1)
    p = fma(p, f, -1.242_014_084_6e-1)
    p = fma(p, f, 1.424_932_278_7e-1)
    p = fma(p, f, -1.666_805_766_5e-1)
    p = fma(p, f, 2.000_071_476_5e-1)
    p = fma(p, f, -2.499_999_399_3e-1)
    p = fma(p, f, 3.333_333_117_4e-1)
    var y = f * z * p
    y = fma(e, Vector(repeating: -2.121_944_4e-4), y)
    y = fma(z, Vector(repeating: -0.5), y)
    y = fma(e, Vector(repeating: 0.693_359_375), f + y)
    y.replace(with: x, where: x .== Vector(repeating: infinity))
    y.replace(with: Vector(repeating: -infinity), where: x .== Vector(repeating: 0))
    y.replace(with: Vector(repeating: nan), where: .!(x .>= Vector(repeating: 0)))
    return y
  }

  /// The hyperbolic tangent of each lane, within 3 ulp.
  ///
  /// Below 0.625 in magnitude the odd polynomial of Cephes `tanhf`, above it 1 − 2/(e²ˣ + 1).
  @inline(always)
  public static func tanh(_ x: Vector) -> Vector {
    let magnitude = floats(integers(x) & IntegerVector(repeating: 0x7fff_ffff))
    let z = x * x
    var p = Vector(repeating: -5.704_988_727_45e-3)
    p = fma(p, z, 2.063_908_879_54e-2)
    p = fma(p, z, -5.373_971_555_31e-2)
    p = fma(p, z, 1.333_144_220_36e-1)
    p = fma(p, z, -3.333_328_194_22e-1)
    let near = fma(p * z, x, x)
    let one = Vector(repeating: 1)
    let far = one - Vector(repeating: 2) / (exp(magnitude + magnitude) + one)
    // The sign is given to both, so that −0 stays −0.
    return copySign(near.replacing(with: far, where: magnitude .> Vector(repeating: 0.625)), from: x)
  }

  /// The error function of each lane, within 6 ulp (3 · 2⁻²³ where it is near 1).
  ///
  /// x·P(x²)/Q(x²), the minimax approximation of Eigen's `erf` for |x| ≤ 4; beyond that erf is 1 in `Float`.
  @inline(always)
  public static func erf(_ x: Vector) -> Vector {
    let t = clamp(x, from: -4, to: 4)
    let s = t * t
    var p = Vector(repeating: -2.726_142_258_013_06e-10)
    p = fma(p, s, 2.770_681_424_959_02e-8)
    p = fma(p, s, -2.101_024_020_825_08e-6)
    p = fma(p, s, -5.692_506_394_623_46e-5)
    p = fma(p, s, -7.349_906_303_268_55e-4)
    p = fma(p, s, -2.954_599_808_540_25e-3)
    p = fma(p, s, -1.609_603_332_624_15e-2)
    var q = Vector(repeating: -1.456_607_184_649_96e-5)
    q = fma(q, s, -2.133_740_552_789_05e-4)
    q = fma(q, s, -1.682_826_974_382_03e-3)
    q = fma(q, s, -7.373_329_167_204_68e-3)
    q = fma(q, s, -1.426_473_905_141_89e-2)
    // The quotient first: t · P would lose the bits of a denormal t.
    return clamp(t * (p / q), from: -1, to: 1)
  }

  /// The larger of each two lanes; where either is NaN, the second one.
  @inline(always)
  public static func maximum(_ a: Vector, _ b: Vector) -> Vector {
    b.replacing(with: a, where: a .> b)
  }

  /// Lanes 2i and 2i + 1 exchanged.
  @inline(always)
  public static func exchangingNeighbours(_ x: Vector) -> Vector {
    var y = x
    y.evenHalf = x.oddHalf
    y.oddHalf = x.evenHalf
    return y
  }
}

// MARK: - Bits

/// The bits of each lane as a whole number.
@inlinable @inline(always)
func integers(_ x: FloatVector) -> IntegerVector { unsafeBitCast(x, to: IntegerVector.self) }

/// The number whose bits each lane holds.
@inlinable @inline(always)
func floats(_ x: IntegerVector) -> FloatVector { unsafeBitCast(x, to: FloatVector.self) }

/// 2ⁿ for n in −126…127.
@inlinable @inline(always)
func powerOfTwo(_ n: IntegerVector) -> FloatVector {
  floats((n &+ IntegerVector(repeating: 127)) &<< 23)
}

/// Each lane moved into a range; NaN stays.
@inlinable @inline(always)
func clamp(_ x: FloatVector, from low: Float, to high: Float) -> FloatVector {
  let low = FloatVector(repeating: low)
  let high = FloatVector(repeating: high)
  let lifted = x.replacing(with: low, where: x .< low)
  return lifted.replacing(with: high, where: lifted .> high)
}

/// Each lane of `x`, made negative where that of `sign` is; no lane of `x` is negative where that of `sign` is not.
@inlinable @inline(always)
func copySign(_ x: FloatVector, from sign: FloatVector) -> FloatVector {
  floats(integers(x) | (integers(sign) & IntegerVector(repeating: .min)))
}
