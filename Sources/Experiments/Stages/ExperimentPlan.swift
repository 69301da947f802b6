import Platform
import Reports

/// What an experiment asks of its folder: its stages, as far as they are known.
struct ExperimentPlan {
  /// The experiment as its file says it.
  let experiment: Experiment
  /// The stages whose runs are known, in order: after the tuning the others follow.
  let stages: [Stage]
  /// What the tuning has chosen; `nil` before, and where there is none.
  let selection: SelectionRecord?
  /// Why the stages after the tuning cannot be run; `nil` if nothing is in their way.
  let obstacle: InputError?

  /// The plan of an experiment in a folder, which need not exist.
  ///
  /// - Throws: `InputError` if the folder's selection or curves cannot be understood, or are of another experiment.
  init(_ experiment: Experiment, in folder: String) throws {
    self.experiment = experiment
    guard experiment.isStaged else {
      (selection, obstacle) = (nil, nil)
      stages = [Stage(.evaluation, experiment)]
      return
    }
    selection = try SelectionRecord(of: experiment, in: folder)
    obstacle = selection.flatMap(experiment.lostBaseline)
    if let selection {
      stages = try Self.stages(experiment, selection)
    } else {
      stages = [try Stage(tuning: experiment, Tuning(experiment, folder: folder).progress().learningRates)]
    }
  }

  /// A stage; `nil` if its runs are not known yet.
  subscript(kind: Study.Stage) -> Stage? { stages.first { $0.kind == kind } }

  /// All stages, once rates are chosen.
  private static func stages(_ experiment: Experiment, _ selection: SelectionRecord) throws -> [Stage] {
    let kinds = experiment.lostBaseline(selection) == nil ? experiment.stageKinds : [.tuning]
    return try kinds.map { kind in
      switch kind {
      case .tuning: try Stage(tuning: experiment, selection.learningRates)
      case .evaluation: Stage(.evaluation, try experiment.evaluationGrid(selection))
      case .quality: Stage(.quality, try experiment.qualityGrid(selection))
      }
    }
  }

  /// The grids of all runs that a folder may hold of an experiment: of a tuning that has not come to an end, or whose
  /// choice was made by another selection, the widest grid.
  ///
  /// - Throws: `InputError` if the rates of the grid are none.
  static func grids(_ experiment: Experiment, in folder: String) throws -> [Experiment] {
    guard let asked = experiment.selection else { return [experiment] }
    guard let selection = try? SelectionRecord(of: experiment, in: folder),
      let stages = try? stages(experiment, selection)
    else { return [try experiment.tuningGrid(asked.widestGrid)] }
    return stages.map(\.grid)
  }
}
