import Foundation

/// Student's t distribution, for intervals from a handful of seeds.
enum StudentT {
  /// The probability that |T| exceeds `t`: I_x(ν/2, 1/2) at x = ν/(ν + t²) (Abramowitz & Stegun 26.7.1).
  ///
  /// - Precondition: `degreesOfFreedom` is positive.
  static func twoSidedTail(_ t: Double, degreesOfFreedom: Double) -> Double {
    precondition(degreesOfFreedom > 0, "StudentT: \(degreesOfFreedom) degrees of freedom")
    return incompleteBeta(degreesOfFreedom / (degreesOfFreedom + t * t), degreesOfFreedom / 2, 0.5)
  }

  /// The t that |T| stays below with probability `confidence`.
  ///
  /// - Precondition: `confidence` lies strictly between 0 and 1, `degreesOfFreedom` is positive.
  static func criticalValue(confidence: Double, degreesOfFreedom: Double) -> Double {
    precondition(confidence > 0 && confidence < 1, "StudentT: confidence \(confidence)")
    var (low, high) = (0.0, 1.0)
    while twoSidedTail(high, degreesOfFreedom: degreesOfFreedom) > 1 - confidence { high *= 2 }
    // The tail falls monotonically; sixty halvings exhaust a Double.
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if twoSidedTail(middle, degreesOfFreedom: degreesOfFreedom) > 1 - confidence {
        low = middle
      } else {
        high = middle
      }
    }
    return (low + high) / 2
  }

  /// The regularized incomplete beta function I_x(a, b).
  ///
  /// Its continued fraction (DLMF 8.17.22) is evaluated as Lentz does; where that converges slowly, by
  /// I_x(a, b) = 1 − I_{1−x}(b, a) (DLMF 8.17.4).
  static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
    if x <= 0 { return 0 }
    if x >= 1 { return 1 }
    if x > (a + 1) / (a + b + 2) { return 1 - incompleteBeta(1 - x, b, a) }
    let logBeta: Double = lgamma(a) + lgamma(b) - lgamma(a + b)
    let front: Double = exp(a * log(x) + b * log(1 - x) - logBeta) / a
    let tiny = 1e-300
    var c = 1.0
    var d = 1 / nonzero(1 - (a + b) * x / (a + 1), tiny)
    var fraction = d
    for m in 1...500 {
      let m = Double(m)
      let even: Double = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      d = 1 / nonzero(1 + even * d, tiny)
      c = nonzero(1 + even / c, tiny)
      fraction *= d * c
      let odd: Double = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      d = 1 / nonzero(1 + odd * d, tiny)
      c = nonzero(1 + odd / c, tiny)
      fraction *= d * c
      if abs(d * c - 1) < 1e-15 { break }
    }
    return front * fraction
  }

  private static func nonzero(_ value: Double, _ tiny: Double) -> Double { abs(value) < tiny ? tiny : value }
}
