import Foundation

/// How many times fewer steps an arm needs than the baseline.
///
/// A ratio, or what can be said where runs are only known to have needed more or fewer steps than some number.
public enum SpeedUp: Sendable, Equatable {
  /// Every run's steps are known.
  case ratio(Ratio)
  /// The ratio is known from below: the baseline missed the target on some seed, or the arm was there early.
  case atLeast(Bound)
  /// The ratio is known from above: the arm missed the target on some seed, or the baseline was there early.
  case atMost(Bound)
  /// Nothing can be said.
  case unknown(Obstacle)

  /// A ratio of steps.
  public struct Ratio: Sendable, Equatable {
    /// The geometric mean over paired seeds.
    public var value: Double
    /// Its 95% interval, no narrower than the steps between validations allow; `nil` for one pair.
    public var interval: ClosedRange<Double>?
    /// Whether the steps between validations are coarse beside the interval: they make up more than half of it.
    public var isCoarse: Bool

    /// A ratio.
    public init(value: Double, interval: ClosedRange<Double>?, isCoarse: Bool = false) {
      self.value = value
      self.interval = interval
      self.isCoarse = isCoarse
    }
  }

  /// A ratio that is known from one side.
  public struct Bound: Sendable, Equatable {
    /// The geometric mean over paired seeds of each one's ratio or bound.
    ///
    /// It holds for these seeds alone.
    public var mean: Double
    /// The one-sided 95% limit; `nil` for one pair.
    public var limit: Double?
    /// Why there is no more than a bound, each reason once.
    public var limitations: [Limitation]
  }

  /// Why a run's steps are known from one side only.
  public enum Limitation: Sendable, CaseIterable {
    /// Its budget ended above the target.
    case exhausted
    /// It diverged.
    case diverged
    /// It was at the target before its second validation.
    case early
  }

  /// Why nothing can be said.
  public enum Obstacle: Sendable {
    /// There is no seed of which both runs are over.
    case noPairs
    /// The target is no target: a run was there before its first step.
    case untrained
    /// On some seed both were there before the second validation.
    case early
    /// On some seed neither got there.
    case missed
    /// The ratio is a lower bound on one seed and an upper bound on another.
    case opposed
  }

  /// The confidence of the limit of a bound, one-sided.
  static let confidence = 0.95

  /// The speed-up from runs paired by seed.
  ///
  /// With d the logarithm of a pair's ratio:
  /// - All known: the mean of d with Student's interval, widened to the mean of what d may be at the validations around
  ///   each crossing.
  /// - Known from below on some seed: d is at least b, the logarithm with budgets and second validations in the place of
  ///   what is not known. The limit is mean(b) − t·s(b)/√n, t the one-sided 95% point of Student's t with n − 1 degrees
  ///   of freedom. It is conservative: b lies below d. From above, alike.
  ///
  /// - Parameter pairs: the steps of the baseline and of the arm on each seed.
  /// - Returns: what can be said of the ratio.
  public static func paired(_ pairs: [(baseline: StepsToTarget, arm: StepsToTarget)]) -> SpeedUp {
    guard !pairs.isEmpty else { return .unknown(.noPairs) }
    guard !pairs.contains(where: { $0.baseline == .untrained || $0.arm == .untrained }) else {
      return .unknown(.untrained)
    }
    let ranges = pairs.map { pair in
      let (baseline, arm) = (pair.baseline.range, pair.arm.range)
      return (low: baseline.least / arm.most, high: baseline.most / arm.least)
    }
    let hasNoLow = ranges.map { $0.low == 0 }
    let hasNoHigh = ranges.map { $0.high == .infinity }
    if let i = pairs.indices.first(where: { hasNoLow[$0] && hasNoHigh[$0] }) {
      return .unknown(pairs[i].arm.limitation == .early ? .early : .missed)
    }
    let logarithms = pairs.map { log($0.baseline.steps / $0.arm.steps) }
    guard let estimate = Estimate.mean(of: logarithms) else { return .unknown(.noPairs) }
    switch (hasNoHigh.contains(true), hasNoLow.contains(true)) {
    case (true, true): return .unknown(.opposed)
    case (false, false):
      let grain = (low: ranges.map { log($0.low) }.mean, high: ranges.map { log($0.high) }.mean)
      return .ratio(ratio(estimate, grain))
    case (true, false):
      let grain = ranges.map { log($0.low) }.mean
      return .atLeast(bound(logarithms, pairs) { min($0.mean - $0.reach, grain) })
    case (false, true):
      let grain = ranges.map { log($0.high) }.mean
      return .atMost(bound(logarithms, pairs) { max($0.mean + $0.reach, grain) })
    }
  }

  /// A ratio from the mean of the logarithms and what it may be by the grain of the measurement.
  private static func ratio(_ estimate: Estimate, _ grain: (low: Double, high: Double)) -> Ratio {
    guard let interval = estimate.interval else { return Ratio(value: exp(estimate.value), interval: nil) }
    return Ratio(
      value: exp(estimate.value),
      interval: exp(min(interval.lowerBound, grain.low))...exp(max(interval.upperBound, grain.high)),
      isCoarse: grain.high - grain.low > 0.5 * (interval.upperBound - interval.lowerBound))
  }

  private static func bound(
    _ logarithms: [Double], _ pairs: [(baseline: StepsToTarget, arm: StepsToTarget)],
    limit: ((mean: Double, reach: Double)) -> Double
  ) -> Bound {
    let count = Double(logarithms.count)
    let reach = logarithms.standardDeviation.map { deviation in
      // The tails of both sides of a two-sided interval together are twice that of one side.
      StudentT.criticalValue(confidence: 2 * confidence - 1, degreesOfFreedom: count - 1) * deviation
        / count.squareRoot()
    }
    let found = pairs.flatMap { [$0.baseline.limitation, $0.arm.limitation] }
    return Bound(
      mean: exp(logarithms.mean), limit: reach.map { exp(limit((logarithms.mean, $0))) },
      limitations: Limitation.allCases.filter(found.contains))
  }
}
