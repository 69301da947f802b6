import Platform

/// The words for what a table of outcomes says.
extension Outcome {
  /// How many of the runs reached the target.
  var reachedText: String { target == nil ? "–" : "\(crossings.count) of \(runs.count)" }

  /// The steps to the target.
  var stepsText: String {
    guard target != nil else { return "–" }
    if let steps { return steps.formatted(decimals: 0) }
    if let mostSteps { return "at most \(mostSteps.formatted(decimals: 0))" }
    if runs.isEmpty { return "no finished run" }
    return crossings.isEmpty ? "not reached" : "not by all"
  }

  /// The speed-up; the baseline's own says that it is the baseline.
  var speedUpText: String {
    guard target != nil, !runs.isEmpty else { return "–" }
    return isBaseline ? "baseline" : speedUp.text
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
