import Platform

/// `sensitivity.csv`: a row a comparison and pair of learning rates, at the target that decides on rates.
///
/// The columns of the speed-up are those of `summary.csv`.
enum SensitivityFile {
  private static let columns =
    ["experiment", "stage", "arm", "baseline", "target_loss_nats", "arm_learning_rate", "baseline_learning_rate"]
    + ["pairs"] + SpeedUp.columns

  /// The whole file's text.
  static func text(_ analysis: Analysis) -> String {
    let study = analysis.study
    let rows = analysis.sensitivity.map { row -> [String] in
      let names = [study.name, study.stage.rawValue, row.arm, row.baseline]
      let rates = [row.target, row.armRate, row.baselineRate].map(\.shortText)
      return names + rates + [String(row.pairCount)] + row.speedUp.fields
    }
    return ([columns] + rows).map { $0.joined(separator: ",") }.joined(separator: "\n") + "\n"
  }
}
