/// The runs of a study by arm and learning rate.
struct RunTable {
  /// All of them, in the order of the grid.
  let runs: [Run]

  /// The runs that finished.
  func finished(_ arm: String, _ rate: Double) -> [Run] { all(arm, rate).filter { $0.finalValue != nil } }

  /// The runs that finished or diverged: those that are over.
  func ended(_ arm: String, _ rate: Double) -> [Run] {
    all(arm, rate).filter { $0.finalValue != nil || $0.hasDiverged }
  }

  private func all(_ arm: String, _ rate: Double) -> [Run] {
    runs.filter { $0.cell.arm.name == arm && $0.cell.learningRate == rate }
  }

  /// The steps to a target of the runs of an arm and of its baseline that have the same seed.
  static func pairs(_ runs: [Run], _ baseline: [Run], at target: Double) -> [SpeedUp.Pair] {
    runs.compactMap { run in
      baseline.first { $0.cell.seed == run.cell.seed }.map { ($0.steps(to: target), run.steps(to: target)) }
    }
  }
}
