import Reports

/// A part of an experiment that is a plain grid of runs: arms × learning rates × seeds, all of them known.
///
/// An experiment whose learning rates are given has one stage. One with `selection` has a tuning stage, then an
/// evaluation, and perhaps runs of one budget. All stages share the experiment's folder; their seeds differ.
public struct Stage: Sendable {
  /// Which part it is.
  public let kind: Study.Stage
  /// Its runs.
  public let grid: Experiment

  /// A stage.
  init(_ kind: Study.Stage, _ grid: Experiment) {
    self.kind = kind
    self.grid = grid
  }
}

extension Experiment {
  /// Whether learning rates are found in a stage of their own.
  public var isStaged: Bool { selection != nil }

  /// The kinds of stages, in order.
  public var stageKinds: [Study.Stage] {
    guard isStaged else { return [.evaluation] }
    return [.tuning, .evaluation] + (quality == nil ? [] : [.quality])
  }

  /// The arms that are tuned by themselves.
  var tunedArms: [Arm] { arms.filter { $0.rateOf == nil } }
}
