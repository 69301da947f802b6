import Reports

/// A part of an experiment that is a plain grid of runs: arms × learning rates × seeds, all of them known.
///
/// An experiment whose learning rates are given has one stage. One with `selection` has a tuning stage, then an
/// evaluation, and perhaps runs of one budget. All stages share the experiment's folder; their seeds differ.
struct Stage: Sendable {
  /// Which part it is.
  let kind: Study.Stage
  /// Its runs as a plain experiment.
  let grid: Experiment
  /// Its runs by their numbers, as `--only` takes them.
  let cells: [Cell]

  /// A stage whose cells are numbered as those of any experiment.
  init(_ kind: Study.Stage, _ grid: Experiment) {
    self.kind = kind
    self.grid = grid
    cells = grid.cells
  }

  /// The tuning of an experiment.
  ///
  /// The cells of the grid that the file gives come first, then those of each rate that was added, so that no number
  /// changes when the grid is extended.
  ///
  /// - Parameters:
  ///   - experiment: one with a selection.
  ///   - learningRates: the grid, as far as it has been extended.
  /// - Throws: `InputError` if the rates, which a file may say, are none.
  init(tuning experiment: Experiment, _ learningRates: [Double]) throws {
    kind = .tuning
    grid = try experiment.tuningGrid(learningRates)
    let given = experiment.selection?.learningRates ?? []
    let first = grid.cells.filter { given.contains($0.learningRate) }
    let added = grid.cells.filter { !given.contains($0.learningRate) }
    let later = learningRates.filter { !given.contains($0) }.sorted {
      Self.distance($0, given) < Self.distance($1, given)
    }
    cells = (first + later.flatMap { rate in added.filter { $0.learningRate == rate } }).enumerated()
      .map { $1.numbered($0) }
  }

  /// How far outside of a grid a rate lies, as a ratio: rates are added from the grid outwards.
  private static func distance(_ rate: Double, _ grid: [Double]) -> Double {
    max(rate / (grid.max() ?? rate), (grid.min() ?? rate) / rate)
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
