import Platform

/// `plateau.csv`: where the plateau of each run ends, a row a run that is over.
///
/// - `plateau_end_step` is the first step with an order gap above 0.05 nats at two looks running, empty if there is none.
/// - `after_step` is the step of the look before: the gap passed the threshold between the two. Of a run whose plateau did
///   not end it is the last step that it is known to have lasted, of one that diverged its whole budget.
/// - `status` is `ended`, `lasted` or `diverged`.
enum PlateauFile {
  /// The columns in their order, units in the names.
  static let columns = [
    "experiment", "arm", "position", "learning_rate_peak", "seed", "stage", "plateau_end_step", "after_step", "status",
  ]

  /// The whole file's text.
  ///
  /// - Parameter stages: what was seen of the stages, in the order of their rows.
  /// - Returns: the header and the rows.
  static func text(_ stages: [ProbeAnalysis]) -> String {
    let rows = stages.flatMap { stage in stage.plateaus.map { row($0, of: stage.analysis.study) } }
    return ([columns] + rows).map { $0.joined(separator: ",") }.joined(separator: "\n") + "\n"
  }

  private static func row(_ plateau: Plateau, of study: Study) -> [String] {
    let cell = plateau.run.cell
    let status = plateau.step != nil ? "ended" : plateau.run.hasDiverged ? "diverged" : "lasted"
    return [
      study.name, cell.arm.name, cell.arm.position, cell.learningRate.shortText, String(cell.seed),
      study.stage.rawValue, plateau.step.map(String.init) ?? "", String(Int(plateau.end.range.least)), status,
    ]
  }
}
