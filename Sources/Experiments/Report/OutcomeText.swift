/// The words for what a table of outcomes says.
extension Outcome {
  /// How many of the finished runs reached the target.
  var reachedText: String { target == nil ? "–" : "\(crossings.count) of \(runs.count)" }

  /// The steps to the target.
  var stepsText: String {
    if let steps { return steps.formatted(decimals: 0) }
    if runs.isEmpty { return "no finished run" }
    return crossings.isEmpty ? "not reached" : "not by all"
  }

  /// The speed-up; the baseline's own says that it is the baseline.
  func speedUpText(baseline: String) -> String {
    guard target != nil, !runs.isEmpty else { return "–" }
    if arm.name == baseline { return "baseline" }
    return speedUp.text
  }

  /// The mean held-out loss at the end and the standard deviation over seeds.
  var finalLossText: String {
    guard !finalLosses.isEmpty else { return "–" }
    let mean = finalLosses.mean.formatted(decimals: 3)
    return finalLosses.standardDeviation.map { "\(mean) ± \($0.formatted(decimals: 3))" } ?? mean
  }
}

extension SpeedUp {
  /// The ratio with its interval, a bound, or that nothing can be said.
  var text: String {
    switch self {
    case .ratio(let estimate):
      guard let interval = estimate.interval else { return "\(estimate.value.ratioText) (one seed)" }
      return "\(estimate.value.ratioText) (\(interval.lowerBound.ratioText) to \(interval.upperBound.ratioText))"
    case .atLeast(let bound): return "≥ \(bound.ratioText) (budget exhausted)"
    case .atMost(let bound): return "≤ \(bound.ratioText) (budget exhausted)"
    case .unknown: return "–"
    }
  }
}
