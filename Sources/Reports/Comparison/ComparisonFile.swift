import Platform

/// `comparison.csv`: a row an experiment, arm, baseline and target.
///
/// `speedup_low` and `speedup_high` are `low` and `high` under the names that `summary.csv` has for them.
enum ComparisonFile {
  private static let columns = [
    "experiment", "stage", "arm", "baseline", "target_loss_nats", "learning_rate", "baseline_learning_rate", "pairs",
    "speedup", "low", "high", "estimator", "confidence", "size", "corpus", "speedup_low", "speedup_high",
    "baseline_position",
  ]

  /// The whole file's text.
  static func text(_ comparison: Comparison) -> String {
    let rows = comparison.rows.map { row -> [String] in
      let outcome = row.outcome
      let names = [row.entry.label, row.entry.analysis.study.stage.rawValue, outcome.arm.name, outcome.baseline]
      let rates = [outcome.target, outcome.learningRate, outcome.baselineLearningRate].map { $0?.shortText ?? "" }
      let origin = [outcome.arm.parameterCount.map(String.init) ?? "", row.corpus]
      let limits = [outcome.speedUp.low, outcome.speedUp.high].map { $0?.shortText ?? "" }
      return names + rates + [String(outcome.pairCount)] + outcome.speedUp.fields + origin + limits
        + [row.baselinePosition]
    }
    return ([columns] + rows).map { $0.map(quoted).joined(separator: ",") }.joined(separator: "\n") + "\n"
  }

  /// A field as RFC 4180 has it: labels are free texts.
  private static func quoted(_ field: String) -> String {
    guard field.contains(where: { ",\"\n\r".contains($0) }) else { return field }
    return "\"" + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}
