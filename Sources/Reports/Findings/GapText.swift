import Platform

/// The words for what becomes of the gap between an arm and the baseline.
extension Gap {
  /// A sentence on the largest gap, the gap at the end and what that means.
  ///
  /// - Returns: the sentence, with its full stop.
  var sentence: String {
    let peak =
      largest > 0
      ? "\(arm) was at most \(Self.distance(largest)) \(baseline) (at step \(largestStep))"
      : "\(arm) was never below \(baseline)"
    return "\(peak). It ends \(finalText): \(meaning)."
  }

  /// Where the arm ends after one budget, as a sentence of its own.
  ///
  /// - Parameter study: the study of the budget's runs.
  /// - Returns: the sentence, with its full stop.
  func budgetSentence(in study: Study) -> String {
    let steps = study.arm(named: arm)?.steps ?? 0
    return "After \(steps.counted("step")) of a schedule for as many, \(arm) ended \(finalText)."
  }

  /// Where the arm ends, with the interval: `0.860 nats below learned (95% interval 0.417 above to 2.137 below)`.
  var finalText: String {
    let interval = final.interval.map { "95% interval \(Self.range($0))" } ?? "one seed"
    return "\(Self.distance(final.value)) \(baseline) (\(interval))"
  }

  private var meaning: String {
    switch verdict {
    case .unjudged: "with one pair of runs, chance and effect cannot be told apart"
    case .closed:
      "the gap closes, as its whole interval lies within a quarter of the largest gap. The arm is faster, not better"
    case .uncertain: "with these seeds the end cannot be told apart from no difference"
    case .armBetter: "the gap stays open. Within this budget the arm is better, not only faster"
    case .baselineBetter: "\(baseline) ends lower"
    }
  }

  /// A difference in nats, said as a distance: `0.860 nats below`.
  private static func distance(_ difference: Double) -> String {
    "\(abs(difference).formatted(decimals: 3)) nats \(side(difference))"
  }

  private static func range(_ interval: ClosedRange<Double>) -> String {
    let (low, high) = (interval.lowerBound, interval.upperBound)
    func number(_ difference: Double) -> String { abs(difference).formatted(decimals: 3) }
    if low >= 0 { return "\(number(low)) to \(number(high)) below" }
    if high <= 0 { return "\(number(high)) to \(number(low)) above" }
    return "\(number(low)) above to \(number(high)) below"
  }

  private static func side(_ difference: Double) -> String { difference >= 0 ? "below" : "above" }
}
