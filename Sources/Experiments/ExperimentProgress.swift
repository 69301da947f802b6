import Curves

/// How far an experiment has come.
public struct ExperimentProgress: Sendable, Equatable {
  /// The runs that are under way, in the order of their numbers; at least one.
  public var runs: [RunProgress]
  /// How many runs this call has to do with.
  public var cellCount: Int
  /// How many of them are done.
  public var finishedCellCount: Int
  /// Seconds until all runs are done, as far as can be told.
  public var secondsLeft: Double?

  /// Progress of an experiment.
  public init(runs: [RunProgress], cellCount: Int, finishedCellCount: Int, secondsLeft: Double? = nil) {
    self.runs = runs
    self.cellCount = cellCount
    self.finishedCellCount = finishedCellCount
    self.secondsLeft = secondsLeft
  }
}

/// How far one run has come.
public struct RunProgress: Sendable, Equatable {
  /// Which run it is.
  public var cell: Cell
  /// Optimizer steps done.
  public var step: Int
  /// What was measured, each measure when it was taken last.
  public var measured: [Measure: Double]
  /// Tokens a second, lately.
  public var tokensPerSecond: Double?
  /// What losses need no order of words, to be shown beside the held-out loss.
  public var references: String?

  /// Progress of a run.
  public init(
    cell: Cell, step: Int, measured: [Measure: Double] = [:], tokensPerSecond: Double? = nil,
    references: String? = nil
  ) {
    self.cell = cell
    self.step = step
    self.measured = measured
    self.tokensPerSecond = tokensPerSecond
    self.references = references
  }
}
