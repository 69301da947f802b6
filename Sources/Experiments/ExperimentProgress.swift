import Curves

/// How far an experiment has come.
public struct ExperimentProgress: Sendable, Equatable {
  /// The run that is under way.
  public var cell: Cell
  /// How many runs this call has to do with.
  public var cellCount: Int
  /// How many of them are done.
  public var finishedCellCount: Int
  /// Optimizer steps done in this run.
  public var step: Int
  /// What was measured in this run, each measure when it was taken last.
  public var measured: [Measure: Double]
  /// Tokens a second, lately.
  public var tokensPerSecond: Double?
  /// Seconds until all runs are done, as far as can be told.
  public var secondsLeft: Double?

  /// Progress within a run.
  public init(
    cell: Cell, cellCount: Int, finishedCellCount: Int, step: Int, measured: [Measure: Double] = [:],
    tokensPerSecond: Double? = nil, secondsLeft: Double? = nil
  ) {
    self.cell = cell
    self.cellCount = cellCount
    self.finishedCellCount = finishedCellCount
    self.step = step
    self.measured = measured
    self.tokensPerSecond = tokensPerSecond
    self.secondsLeft = secondsLeft
  }
}
