import Platform

/// The words for what a table of outcomes says.
extension Outcome {
  /// How many of the runs reached the target.
  var reachedText: String { target == nil ? "–" : "\(crossings.count) of \(runs.count)" }

  /// The steps to the target.
  var stepsText: String {
    if let steps { return steps.formatted(decimals: 0) }
    if let mostSteps { return "≤ \(mostSteps.formatted(decimals: 0))" }
    if runs.isEmpty { return "no finished run" }
    return crossings.isEmpty ? "not reached" : "not by all"
  }

  /// The speed-up; the baseline's own says that it is the baseline.
  func speedUpText(baseline: String) -> String {
    guard target != nil, !runs.isEmpty else { return "–" }
    return arm.name == baseline ? "baseline" : speedUp.text
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
  /// The ratio with its interval, a bound with its confidence and the reason for it, or why nothing can be said.
  var text: String {
    switch self {
    case .ratio(let ratio):
      guard let interval = ratio.interval else { return "\(ratio.value.ratioText) (one seed)" }
      let grain = ratio.isCoarse ? "; coarse validations" : ""
      return "\(interval.text(of: ratio.value)) (\(interval.ratioText)\(grain))"
    case .atLeast(let bound): return "≥ \(bound.text)"
    case .atMost(let bound): return "≤ \(bound.text)"
    case .unknown(.untrained): return "no target"
    case .unknown(.early): return "both too early to tell"
    case .unknown: return "–"
    }
  }
}

extension SpeedUp.Bound {
  /// The limit and its confidence, or the ratio of the one pair, and why it is a bound.
  fileprivate var text: String {
    let reasons = limitations.map { limitation in
      switch limitation {
      case .exhausted: "budget exhausted"
      case .diverged: "a seed diverged"
      case .early: "one was there before the second validation"
      }
    }
    let confidence = limit == nil ? "one seed" : "95% one-sided"
    return "\((limit ?? mean).ratioText) (\(([confidence] + reasons).joined(separator: "; ")))"
  }
}

extension ClosedRange<Double> {
  /// An interval of ratios: `2.72× to 4.94×`, with as many digits as tell its ends apart.
  var ratioText: String { "\(text(of: lowerBound)) to \(text(of: upperBound))" }

  /// A ratio with as many digits as the interval around it has.
  func text(of ratio: Double) -> String {
    let ends = [lowerBound, upperBound].map(\.ratioText)
    guard ends[0] == ends[1], lowerBound < upperBound else { return ratio.ratioText }
    let decimals = (1...6).first { digits in
      lowerBound.formatted(decimals: digits) != upperBound.formatted(decimals: digits)
    }
    return ratio.formatted(decimals: decimals ?? 6) + "×"
  }
}

extension Double {
  /// A ratio: `3.21×`, `12.3×`, `140×`.
  var ratioText: String {
    formatted(decimals: abs(self) >= 99.95 ? 0 : abs(self) >= 9.995 ? 1 : 2) + "×"
  }
}
