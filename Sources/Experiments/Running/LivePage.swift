import Curves
import Platform
import Reports
import Synchronization

/// `report.html` while runs are under way: rewritten at a validation, so that an open page shows how far they are.
///
/// Any thread may call it; one at a time writes, and the others train on. Writing the page of a large experiment takes a
/// while, so a page stands fifty times as long as its writing took.
final class LivePage: Sendable {
  private let path: String
  private let warn: @Sendable (String) -> Void
  /// The statistics of the stages that are done.
  private let stagesBefore: [Analysis]
  private let study: Study
  private let state: Mutex<State>

  private struct State {
    /// The curves of the stage's runs, by the place of the cell in the grid.
    var points: [[CurvePoint]]
    /// The runs as they were when a page was last written; `nil` of one that has new points.
    var runs: [Run?]
    var nextTime = ContinuousClock.now
    var isWriting = false
    var hasFailed = false
  }

  /// Seconds between two pages, at least.
  private static let interval = 2.0
  /// How many times as long as its writing took a page stands.
  private static let patience = 50.0

  /// Where the cells of the stage lie in its grid, by the names of their folders.
  private let places: [String: Int]

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
    stagesBefore = try plan.stages.prefix { $0.kind != stage.kind }.map { earlier in
      Analysis(study: record.study(of: earlier, plan.selection), rows: try curves.rows(of: earlier.cells))
    }
    study = record.study(of: stage, plan.selection)
    let cells = stage.grid.cells
    places = Dictionary(uniqueKeysWithValues: cells.enumerated().map { ($1.folderName, $0) })
    let points = try cells.map { try curves.rows(of: [$0]).map(\.point) }
    state = Mutex(State(points: points, runs: cells.map { _ in nil }))
  }

  /// Takes the curve that a run goes on from.
  func begin(_ cell: Cell, _ points: [CurvePoint]) {
    guard let place = places[cell.folderName] else { return }
    state.withLock { ($0.points[place], $0.runs[place]) = (points, nil) }
  }

  /// Takes a point of a run's curve, and writes the page if it is a validation and the page's time has come.
  func add(_ point: CurvePoint, of cell: Cell) {
    guard let place = places[cell.folderName] else { return }
    let isDue = state.withLock { state in
      state.points[place].append(point)
      state.runs[place] = nil
      let isValidation = point.measured.keys.contains(where: \.isHeldOut)
      guard isValidation, !state.isWriting, ContinuousClock.now >= state.nextTime else { return false }
      state.isWriting = true
      return true
    }
    if isDue { write(isRunning: true) }
  }

  /// Writes the page of runs that are not under way any more.
  func finish() {
    state.withLock { $0.isWriting = true }
    write(isRunning: false)
  }

  /// Writes the page, while others may take points.
  private func write(isRunning: Bool) {
    let (points, known) = state.withLock { ($0.points, $0.runs) }
    let time = ContinuousClock().measure {
      let runs = study.cells.enumerated().map { place, cell in known[place] ?? Run(cell: cell, points: points[place]) }
      // What has no new points meanwhile need not be made again.
      state.withLock { state in
        for (place, run) in runs.enumerated() where state.points[place].count == run.points.count {
          state.runs[place] = run
        }
      }
      let current = Analysis(study: study, runs: runs)
      let report = Report(stages: stagesBefore + [current], isRunning: isRunning)
      do {
        try Files.write(report.html, to: path)
      } catch {
        let isFirst = state.withLock { state in
          defer { state.hasFailed = true }
          return !state.hasFailed
        }
        if isFirst { warn("\(error); the runs go on") }
      }
    }
    state.withLock {
      $0.isWriting = false
      $0.nextTime = .now + max(.seconds(Self.interval), time * Self.patience)
    }
  }
}
