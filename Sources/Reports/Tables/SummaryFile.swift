import Platform

/// `summary.csv`: a row an arm, learning rate, selection, baseline and target loss.
///
/// - `seeds` counts runs that are over, finished or diverged, `seeds_reached` those of them that reached the target: at a
///   validation that is at the target as the next one is, or at the last one.
/// - `steps`, `tokens`, `seconds`, `flops` are geometric means over these runs, empty unless all reached.
/// - `final_validation_loss_nats` is their mean, empty if one diverged: the others' would flatter.
/// - `speedup` is the ratio of the baseline's steps to the arm's over paired seeds, `speedup_low` and `speedup_high` are its
///   limits, `estimator` says what they are, and `confidence` is that of both limits, or of the one that there is.
///   - `paired-t`: the geometric mean and its 95% interval, which a single pair has not.
///   - `median-order-statistics`: the median and limits of it, where some run's steps are known from one side only. A limit
///     that is open is empty, and so is a median that is not known. A single pair's limit has the confidence 0.5.
///   - `identity`: a baseline over itself.
///   - All five are empty where nothing can be said.
/// - `speedup_low_mean` and `speedup_high_mean` are empty: means of bounds are not computed any more, and the columns stay
///   so that those behind them keep their places.
/// - `pairs` counts the seeds of which both runs are over, `censored_pairs` those of them with a run whose steps are known
///   from one side only.
enum SummaryFile {
  /// The columns in their order, units in the names.
  static let columns = [
    "experiment", "arm", "position", "learning_rate_peak", "selection", "target_loss_nats", "seeds", "seeds_reached",
    "steps", "tokens", "seconds", "flops", "speedup", "speedup_low", "speedup_high", "final_validation_loss_nats",
    "speedup_low_mean", "speedup_high_mean", "stage", "baseline", "estimator", "confidence", "pairs",
    "unigram_loss_nats", "baseline_learning_rate_peak", "censored_pairs",
  ]

  /// The whole file's text.
  ///
  /// - Parameter stages: the stages of the experiment, in the order of their rows.
  /// - Returns: the header and the rows.
  static func text(_ stages: [Analysis]) -> String {
    ([columns.joined(separator: ",")] + stages.flatMap(rows)).joined(separator: "\n") + "\n"
  }

  private static func rows(_ analysis: Analysis) -> [String] {
    analysis.outcomes.map { outcome in
      let speedUp = outcome.speedUp
      let fields: [String] =
        [analysis.study.name, outcome.arm.name, outcome.arm.position, outcome.learningRate.shortText]
        + [outcome.selection.rawValue, text(outcome.target), String(outcome.runs.count)]
        + [outcome.target == nil ? "" : String(outcome.crossings.count)]
        + [outcome.steps, outcome.tokens, outcome.seconds, outcome.flops].map(text)
        + [speedUp.value, speedUp.low, speedUp.high].map(text)
        + [text(outcome.finalValues.isEmpty || outcome.divergedCount > 0 ? nil : outcome.finalValues.mean)]
        + ["", "", analysis.study.stage.rawValue, outcome.baseline, speedUp.estimator, text(speedUp.confidence)]
        + [outcome.target == nil ? "" : String(outcome.pairCount), text(outcome.arm.unigramLoss)]
        + [text(outcome.baselineLearningRate), speedUp.ratio.map { String($0.censoredPairCount) } ?? ""]
      return fields.joined(separator: ",")
    }
  }

  private static func text(_ value: Double?) -> String { value?.shortText ?? "" }
}
