import Reports

/// How many cells each stage of an experiment has: as many as `--only` takes numbers.
public struct ExperimentCount: Sendable {
  /// The stages in order, each with the number of its cells.
  public let stages: [(kind: Study.Stage, count: Int)]

  /// How many runs the stages that are known have together.
  public let runCount: Int

  /// The counts of an experiment in a folder, which need not exist.
  ///
  /// A stage whose runs are not known yet counts as it will be if every arm reaches a target, as a job array has to be made
  /// before the tuning has chosen. A number beyond the cells that there come to be is no fault then, but nothing to do.
  ///
  /// - Throws: `InputError` if the folder's selection cannot be understood.
  public init(_ experiment: Experiment, in folder: String) throws {
    let plan = try ExperimentPlan(experiment, in: folder)
    runCount = plan.stages.reduce(0) { $0 + $1.cells.count }
    stages = experiment.stageKinds.map { kind in
      (kind, plan[kind]?.cells.count ?? experiment.mostCells(of: kind))
    }
  }
}

extension Experiment {
  /// The most cells that a stage can have, the tuning's grid taken as it is given.
  func mostCells(of kind: Study.Stage) -> Int {
    guard let selection else { return cells.count }
    return switch kind {
    case .tuning: tunedArms.count * selection.learningRates.count * selection.seeds.count
    case .evaluation: arms.reduce(0) { $0 + ($1.seeds ?? seeds).count }
    case .quality: arms.count * (quality?.seeds.count ?? 0)
    }
  }
}
