import Curves

/// A cell of the grid and what came of it.
public struct Run: Sendable, Equatable {
  /// Which run it is.
  public let cell: Study.Cell
  /// What it is judged by.
  public let measure: Measure
  /// Its learning curve, by step.
  public let points: [CurvePoint]
  /// How far it came.
  public let state: State

  /// How far a run came.
  public enum State: Sendable, Equatable {
    /// To its last step, or to where its arm's rule ends it; the value of the measure at the end.
    case finished(finalValue: Double)
    /// Not to its last step; how many are done.
    case unfinished(steps: Int)
    /// A loss left the finite numbers at this step.
    case diverged(step: Int)
  }

  /// A run from its curve.
  ///
  /// - Parameters:
  ///   - cell: which run it is.
  ///   - measure: what it is judged by, something that is measured on held-out batches.
  ///   - points: its curve, in any order.
  public init(cell: Study.Cell, measure: Measure = .validationLoss, points: [CurvePoint]) {
    self.cell = cell
    self.measure = measure
    self.points = points.sorted { $0.step < $1.step }
    if let point = self.points.first(where: \.hasDiverged) {
      state = .diverged(step: point.step)
    } else if let last = self.points.last, last.step >= cell.arm.steps || cell.arm.stop?.isOver(self.points) == true,
      let value = self.points.last(where: { $0[measure] != nil })?[measure]
    {
      state = .finished(finalValue: value)
    } else {
      state = .unfinished(steps: self.points.last?.step ?? 0)
    }
  }

  /// The value of the measure at the end; `nil` of a run that is not finished.
  public var finalValue: Double? { if case .finished(let value) = state { value } else { nil } }

  /// Whether nothing more comes: it is finished or diverged.
  var isOver: Bool { if case .unfinished = state { false } else { true } }

  /// Whether its losses left the finite numbers.
  public var hasDiverged: Bool { if case .diverged = state { true } else { false } }

  /// The optimizer steps that were taken.
  public var steps: Int { points.last?.step ?? 0 }

  /// Where the run reached a target; `nil` if it did not, or diverged at any time.
  public func crossing(at target: Double) -> Crossing? {
    hasDiverged ? nil : Crossing.first(of: target, by: measure, in: points)
  }

  /// The steps to a target, as far as they are known.
  ///
  /// - Precondition: the run is over.
  func steps(to target: Double) -> StepsToTarget {
    if let crossing = crossing(at: target) { return StepsToTarget(crossing) }
    return hasDiverged ? .diverged(Double(cell.arm.steps)) : .exhausted(Double(steps))
  }

  /// The steps at which the measure was taken, with its values.
  public var validations: [(step: Int, value: Double)] {
    points.compactMap { point in point[measure].map { (point.step, $0) } }
  }
}

extension Study {
  /// The grid's runs, each with its rows.
  ///
  /// - Parameters:
  ///   - rows: rows of `curves.csv`; those of no cell are passed over.
  ///   - measure: what the runs are judged by.
  /// - Returns: one run a cell, in order; a cell without rows is an unfinished run of no steps.
  public func runs(from rows: [CurveRow], by measure: Measure = .validationLoss) -> [Run] {
    let grouped = Dictionary(grouping: rows, by: \.run)
    return cells.map { Run(cell: $0, measure: measure, points: grouped[$0.key]?.map(\.point) ?? []) }
  }
}
