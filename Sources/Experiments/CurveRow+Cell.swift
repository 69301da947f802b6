import Curves

extension CurveRow {
  /// A row of a cell's curve.
  public init(experiment: String, cell: Cell, point: CurvePoint) {
    self.init(
      experiment: experiment, arm: cell.arm.name, position: cell.arm.position.name, learningRatePeak: cell.learningRate,
      seed: cell.seed, point: point)
  }

  /// Whether the row belongs to a cell.
  public func belongs(to cell: Cell) -> Bool {
    run == cell.key
  }
}

extension Cell {
  /// What tells the run apart from the others of its experiment.
  var key: RunKey { RunKey(arm: arm.name, learningRate: learningRate, seed: seed) }
}
