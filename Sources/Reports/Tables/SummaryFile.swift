import Platform

/// `summary.csv`: a row an arm, learning rate, selection and target loss.
///
/// - `seeds` counts runs that are over, finished or diverged, `seeds_reached` those of them that reached the target.
/// - `steps`, `tokens`, `seconds`, `flops` are geometric means over these runs, empty unless all reached.
/// - `final_validation_loss_nats` is their mean, empty if one diverged: the others' would flatter.
/// - `speedup` is the geometric mean over paired seeds of the baseline's steps over the arm's; `speedup_low` and
///   `speedup_high` are its 95% interval, empty for a single pair.
/// - A bound has an empty `speedup`. Known from below, it has its one-sided 95% limit in `speedup_low`, empty for a single
///   pair, and the geometric mean of the seeds' bounds in `speedup_low_mean`. Known from above, it has them in
///   `speedup_high` and `speedup_high_mean`.
/// - All five are empty where nothing can be said.
enum SummaryFile {
  /// The columns in their order, units in the names.
  static let columns = [
    "experiment", "arm", "position", "learning_rate_peak", "selection", "target_loss_nats", "seeds", "seeds_reached",
    "steps", "tokens", "seconds", "flops", "speedup", "speedup_low", "speedup_high", "final_validation_loss_nats",
    "speedup_low_mean", "speedup_high_mean",
  ]

  /// The whole file's text.
  static func text(_ analysis: Analysis) -> String {
    let rows = analysis.outcomes.map { outcome in
      let speedUp = numbers(outcome.speedUp)
      let fields: [String] =
        [analysis.study.name, outcome.arm.name, outcome.arm.position, outcome.learningRate.shortText]
        + [outcome.selection.rawValue, text(outcome.target), String(outcome.runs.count)]
        + [outcome.target == nil ? "" : String(outcome.crossings.count)]
        + [outcome.steps, outcome.tokens, outcome.seconds, outcome.flops].map(text)
        + [speedUp.value, speedUp.low, speedUp.high].map(text)
        + [text(outcome.finalValues.isEmpty || outcome.divergedCount > 0 ? nil : outcome.finalValues.mean)]
        + [speedUp.lowMean, speedUp.highMean].map(text)
      return fields.joined(separator: ",")
    }
    return ([columns.joined(separator: ",")] + rows).joined(separator: "\n") + "\n"
  }

  /// What the columns of the speed-up hold.
  private struct Numbers {
    var value, low, high, lowMean, highMean: Double?
  }

  private static func numbers(_ speedUp: SpeedUp) -> Numbers {
    switch speedUp {
    case .ratio(let ratio):
      Numbers(value: ratio.value, low: ratio.interval?.lowerBound, high: ratio.interval?.upperBound)
    case .atLeast(let bound): Numbers(low: bound.limit, lowMean: bound.mean)
    case .atMost(let bound): Numbers(high: bound.limit, highMean: bound.mean)
    case .unknown: Numbers()
    }
  }

  private static func text(_ value: Double?) -> String { value?.shortText ?? "" }
}
