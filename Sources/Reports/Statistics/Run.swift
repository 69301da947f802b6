import Curves

/// A cell of the grid and what came of it.
public struct Run: Sendable, Equatable {
  /// Which run it is.
  public let cell: Study.Cell
  /// Its learning curve, by step.
  public let points: [CurvePoint]
  /// How far it came.
  public let state: State

  /// How far a run came.
  public enum State: Sendable, Equatable {
    /// To its last step; the held-out loss at the end, in nats.
    case finished(finalLoss: Double)
    /// Not to its last step; how many are done.
    case unfinished(steps: Int)
    /// A loss left the finite numbers at this step.
    case diverged(step: Int)
  }

  /// A run from its curve.
  public init(cell: Study.Cell, points: [CurvePoint]) {
    self.cell = cell
    self.points = points.sorted { $0.step < $1.step }
    let losses = self.points.lazy.map { ($0.step, [$0.trainLossNats, $0.validationLossNats].compactMap(\.self)) }
    if let (step, _) = losses.first(where: { !$0.1.allSatisfy(\.isFinite) }) {
      state = .diverged(step: step)
    } else if let last = self.points.last, last.step >= cell.arm.steps,
      let loss = self.points.last(where: { $0.validationLossNats != nil })?.validationLossNats
    {
      state = .finished(finalLoss: loss)
    } else {
      state = .unfinished(steps: self.points.last?.step ?? 0)
    }
  }

  /// The held-out loss at the end, in nats; `nil` of a run that is not finished.
  public var finalLoss: Double? { if case .finished(let loss) = state { loss } else { nil } }

  /// Whether its losses left the finite numbers.
  public var hasDiverged: Bool { if case .diverged = state { true } else { false } }

  /// The points at which the held-out loss was measured, with it.
  public var validations: [(step: Int, loss: Double)] {
    points.compactMap { point in point.validationLossNats.map { (point.step, $0) } }
  }
}

extension Study {
  /// The grid's runs, each with its rows.
  ///
  /// - Parameter rows: rows of `curves.csv`; those of no cell are passed over.
  /// - Returns: one run a cell, in order; a cell without rows is an unfinished run of no steps.
  public func runs(from rows: [CurveRow]) -> [Run] {
    let grouped = Dictionary(grouping: rows) { RunKey(arm: $0.arm, learningRate: $0.learningRatePeak, seed: $0.seed) }
    return cells.map { cell in
      let key = RunKey(arm: cell.arm.name, learningRate: cell.learningRate, seed: cell.seed)
      return Run(cell: cell, points: grouped[key]?.map(\.point) ?? [])
    }
  }
}

/// What tells runs of one experiment apart.
private struct RunKey: Hashable {
  let arm: String
  let learningRate: Double
  let seed: Int
}
