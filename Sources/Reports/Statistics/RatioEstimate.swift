/// A mean over units that come in groups, such as masked tokens in sequences, with an interval.
///
/// The groups are what was drawn independently; the units of one are alike. The estimate is the ratio of two sums over
/// groups, its standard error that of the linearized ratio, the interval Student's t with one degree of freedom fewer
/// than groups.
///
/// Source: Cochran 1977, "Sampling Techniques", section 6.3.
public struct RatioEstimate: Sendable, Equatable {
  /// The sum of all groups' totals over the number of all units.
  public let value: Double
  /// The 95% interval; `nil` for fewer than two groups.
  public let interval: ClosedRange<Double>?

  /// The mean of a quantity whose totals over groups are known.
  ///
  /// - Precondition: there is a group, and each has units.
  public init(_ groups: [(total: Double, count: Int)]) {
    let count = Double(groups.reduce(0) { $0 + $1.count })
    precondition(count > 0, "RatioEstimate: no units in \(groups.count) groups")
    let mean = groups.reduce(0) { $0 + $1.total } / count
    value = mean
    let n = Double(groups.count)
    guard n > 1 else {
      interval = nil
      return
    }
    let squares = groups.reduce(0) { sum, group in
      let residual = group.total - mean * Double(group.count)
      return sum + residual * residual
    }
    let error = (n / (n - 1) * squares).squareRoot() / count
    let reach = error * StudentT.criticalValue(confidence: 0.95, degreesOfFreedom: n - 1)
    interval = reach.isFinite ? mean - reach...mean + reach : nil
  }
}
