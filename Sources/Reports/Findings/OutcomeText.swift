/// The words for what a table of outcomes says.
extension Outcome {
  /// How many of the runs reached the target.
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
    return boundText
  }

  /// The speed-up, a bound with the reason why it is one.
  var boundText: String {
    speedUp.text(reason: divergedCount + baselineDivergedCount > 0 ? "a seed diverged" : "budget exhausted")
  }

  /// The mean held-out loss at the end of the finished runs and the standard deviation over seeds, and how many diverged.
  var finalValueText: String {
    let diverged = divergedCount > 0 ? ["\(divergedCount) diverged"] : []
    guard !finalValues.isEmpty else { return diverged.first ?? "–" }
    let mean = finalValues.mean.formatted(decimals: 3)
    let text = finalValues.standardDeviation.map { "\(mean) ± \($0.formatted(decimals: 3))" } ?? mean
    return ([text] + diverged).joined(separator: ", ")
  }
}

extension SpeedUp {
  /// The ratio with its interval, a bound and the reason for it, or that nothing can be said.
  func text(reason: String) -> String {
    switch self {
    case .ratio(let estimate):
      guard let interval = estimate.interval else { return "\(estimate.value.ratioText) (one seed)" }
      return "\(estimate.value.ratioText) (\(interval.lowerBound.ratioText) to \(interval.upperBound.ratioText))"
    case .atLeast(let bound): return "≥ \(bound.ratioText) (\(reason))"
    case .atMost(let bound): return "≤ \(bound.ratioText) (\(reason))"
    case .unknown: return "–"
    }
  }
}

extension Double {
  /// A ratio: `3.21×`, `12.3×`, `140×`.
  var ratioText: String {
    formatted(decimals: abs(self) >= 99.95 ? 0 : abs(self) >= 9.995 ? 1 : 2) + "×"
  }
}
