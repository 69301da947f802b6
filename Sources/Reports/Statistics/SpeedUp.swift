/// How many times fewer steps an arm needs than the baseline.
///
/// A ratio, or what can be said where a run's budget ended before its target.
public enum SpeedUp: Sendable, Equatable {
  /// The geometric mean over paired seeds, with its 95% interval where there are two pairs or more.
  case ratio(Estimate)
  /// The baseline did not reach the target on some seed: its whole budget stands for its steps there.
  case atLeast(Double)
  /// The arm did not reach the target on some seed: its whole budget stands for its steps there.
  case atMost(Double)
  /// Nothing can be said: on some seed neither reached the target, or each missed it on another seed.
  case unknown

  /// The steps that a run took to its target.
  public enum Duration: Sendable, Equatable {
    /// It got there.
    case reached(Double)
    /// It did not within as many steps.
    case exhausted(Double)
  }

  /// The speed-up from runs paired by seed.
  ///
  /// A bound is the geometric mean of each seed's ratio or bound, and holds for these seeds; it has no interval.
  ///
  /// - Parameter pairs: the steps of the baseline and of the arm on each seed.
  /// - Returns: `unknown` for no pairs and for durations that are not positive.
  public static func paired(_ pairs: [(baseline: Duration, arm: Duration)]) -> SpeedUp {
    var ratios: [Double] = []
    var (low, high) = (false, false)
    for pair in pairs {
      switch (pair.baseline, pair.arm) {
      case (.reached(let baseline), .reached(let arm)): ratios.append(baseline / arm)
      case (.exhausted(let baseline), .reached(let arm)):
        ratios.append(baseline / arm)
        low = true
      case (.reached(let baseline), .exhausted(let arm)):
        ratios.append(baseline / arm)
        high = true
      case (.exhausted, .exhausted): return .unknown
      }
    }
    guard !(low && high), let estimate = Estimate.geometricMean(of: ratios) else { return .unknown }
    if low { return .atLeast(estimate.value) }
    if high { return .atMost(estimate.value) }
    return .ratio(estimate)
  }
}
