import Foundation

/// A mean and how well it is known.
public struct Estimate: Sendable, Equatable {
  /// The mean.
  public var value: Double
  /// The 95% interval; `nil` below two values.
  public var interval: ClosedRange<Double>?

  /// The confidence of every interval that the report states.
  static let confidence = 0.95

  /// The mean of some values with the interval of Student's t.
  ///
  /// - Returns: `nil` for no values, or for one that is not finite.
  static func mean(of values: [Double]) -> Estimate? {
    guard !values.isEmpty, values.allSatisfy(\.isFinite) else { return nil }
    let mean = values.mean
    guard let deviation = values.standardDeviation else { return Estimate(value: mean, interval: nil) }
    let count = Double(values.count)
    let reach =
      StudentT.criticalValue(confidence: confidence, degreesOfFreedom: count - 1) * deviation / count.squareRoot()
    guard reach.isFinite else { return Estimate(value: mean, interval: nil) }
    return Estimate(value: mean, interval: (mean - reach)...(mean + reach))
  }

  /// The geometric mean of some positive values: mean and interval of the logarithms, taken back.
  ///
  /// - Returns: `nil` for no values, or for one that is not a positive finite number.
  static func geometricMean(of values: [Double]) -> Estimate? {
    guard values.allSatisfy({ $0 > 0 }), let logarithm = mean(of: values.map { log($0) }) else { return nil }
    return Estimate(
      value: exp(logarithm.value), interval: logarithm.interval.map { exp($0.lowerBound)...exp($0.upperBound) })
  }
}

extension [Double] {
  /// The arithmetic mean; `nan` of nothing.
  var mean: Double { reduce(0, +) / Double(count) }

  /// The standard deviation with n − 1 in the denominator; `nil` below two values.
  var standardDeviation: Double? {
    guard count > 1 else { return nil }
    let mean = self.mean
    return (reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count - 1)).squareRoot()
  }
}
