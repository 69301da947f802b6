import Curves
import Platform
import Reports
import Synchronization

/// `report.html` while runs are under way: rewritten at a validation, so that an open page shows how far they are.
///
/// Any thread may call it. Writing the page of a large experiment takes a while; it is written seldom enough to take no more
/// than a fiftieth of the time.
final class LivePage: Sendable {
  private let path: String
  private let warn: @Sendable (String) -> Void
  private let state: Mutex<State>

  private struct State {
    /// The statistics of the stages that are done.
    let stagesBefore: [Analysis]
    let study: Study
    /// The curves of the stage that runs, by the number of the cell.
    var rows: [[CurveRow]]
    var nextTime = ContinuousClock.now
    var hasFailed = false
  }

  /// Seconds between two pages, at least.
  private static let interval = 2.0
  /// How many times as long as its writing took a page stands.
  private static let patience = 50.0

  /// The page of an experiment's folder.
  ///
  /// - Parameters:
  ///   - record: the record of the experiment.
  ///   - stage: the stage that runs.
  ///   - folder: the experiment's folder.
  ///   - warn: told, once, that the page cannot be written.
  /// - Throws: `InputError` if a curve in the folder cannot be understood.
  init(_ record: ExperimentRecord, _ stage: Stage, in folder: String, warn: @escaping @Sendable (String) -> Void) throws
  {
    path = folder + "/report.html"
    self.warn = warn
    let plan = try ExperimentPlan(record.experiment, in: folder)
    let curves = FolderCurves(folder: folder)
    let before = try plan.stages.prefix { $0.kind != stage.kind }.map { earlier in
      Report.analysis(of: earlier, record, plan.selection, try curves.rows(of: earlier.grid.cells))
    }
    let rows = try stage.grid.cells.map { try curves.rows(of: [$0]) }
    state = Mutex(State(stagesBefore: before, study: record.study(of: stage), rows: rows))
  }

  /// Takes the curve that a run goes on from.
  func begin(_ cell: Cell, _ rows: [CurveRow]) {
    state.withLock { $0.rows[cell.index] = rows }
  }

  /// Takes a point of a run's curve, and writes the page if it is a validation and the page's time has come.
  func add(_ row: CurveRow, of cell: Cell) {
    state.withLock { state in
      state.rows[cell.index].append(row)
      guard row.point.measured.keys.contains(where: \.isHeldOut), ContinuousClock.now >= state.nextTime else { return }
      let time = ContinuousClock().measure { write(&state) }
      state.nextTime = .now + max(.seconds(Self.interval), time * Self.patience)
    }
  }

  private func write(_ state: inout State) {
    let current = Analysis(study: state.study, rows: Array(state.rows.joined()))
    // The page opens at the stage that runs.
    let report = Report(stages: state.stagesBefore + [current], isRunning: true)
    do {
      try Files.write(report.html, to: path)
    } catch {
      if !state.hasFailed { warn("\(error); the page is not rewritten while runs go on") }
      state.hasFailed = true
    }
  }
}
