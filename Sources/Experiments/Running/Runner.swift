import Platform
import Reports

/// Trains the runs of an experiment that are not yet done.
///
/// - Parameters:
///   - experiment: what to train.
///   - folder: the experiment's folder; made if need be.
///   - only: the number of the one cell to train; `nil` for all. It then writes that cell's folder alone.
///   - writesEvents: whether each run's folder gets its curve for TensorBoard too.
///   - active: knows the runs that are under way, so that another thread can save them.
///   - listener: takes announcements, warnings and progress.
/// - Returns: how it ended.
/// - Throws: `InputError` for a corpus that cannot be used, a folder that holds the same runs of another experiment or
///   cannot be written, or one that another process works on.
public func run(
  _ experiment: Experiment, in folder: String, only: Int?, writesEvents: Bool = false,
  active: ActiveRuns = ActiveRuns(), listener: RunListener = RunListener()
) throws -> RunOutcome {
  let runner = try Runner(
    experiment, folder: folder, only: only, writesEvents: writesEvents, active: active, listener: listener)
  // Those that are done write no more; the others see to it while they train.
  if writesEvents { try runner.writeEventsOfDone() }
  if try runner.isDone { return runner.divergence ?? .alreadyDone }
  let elsewhere = try runner.run()
  guard elsewhere.isEmpty else { return .elsewhere(elsewhere.map(\.folderName)) }
  return runner.divergence ?? .finished
}

/// One call of `run`: which cells, in which folder, and how far they are.
private final class Runner {
  private let experiment: Experiment
  private let folder: String
  private let cells: [Cell]
  private let isWhole: Bool
  private let writesEvents: Bool
  private let active: ActiveRuns
  private let listener: RunListener
  private let text: CorpusFile
  private let shared: SharedProgress

  init(
    _ experiment: Experiment, folder: String, only: Int?, writesEvents: Bool, active: ActiveRuns,
    listener: RunListener
  ) throws {
    self.experiment = experiment
    self.folder = folder
    self.writesEvents = writesEvents
    self.active = active
    self.listener = listener
    let all = experiment.cells
    if let only, !all.indices.contains(only) {
      throw InputError(at: "--only", "there is no cell \(only)", expected: "0 to \(all.count - 1)")
    }
    cells = only.map { [all[$0]] } ?? all
    isWhole = only == nil
    shared = SharedProgress(listener, cellCount: cells.count)
    try Files.checkMayBeFolder(folder)
    text = try CorpusFile(experiment.corpus)
    // Only what can be told without training a vocabulary; `prepare` compares the rest.
    try checkContinues(TextDigests(corpusSHA256: text.hash))
  }

  /// Checks that what the folder holds of the cells are the same runs.
  ///
  /// What is done is done in any format.
  private func checkContinues(_ digests: TextDigests) throws {
    var stored = try StoredRuns(folder: folder)
    try stored.check(
      experiment.cells, of: experiment, digests: digests,
      formatVersion: waiting.isEmpty ? nil : ExperimentRecord.Provenance.currentFormatVersion)
    if isWhole { try stored.checkKeepsRows(experiment) }
  }

  private func runFolder(_ cell: Cell) -> RunFolder { RunFolder(of: cell, in: folder, writesEvents: writesEvents) }

  // MARK: - What is there

  private var waiting: [Cell] { cells.filter { !runFolder($0).isDone } }

  /// Whether every cell is done and, for the whole grid, its results are collected: those of the runs that are asked for
  /// now, towards the targets of now.
  var isDone: Bool {
    get throws {
      guard waiting.isEmpty else { return false }
      guard isWhole else { return true }
      return try Files.exists(folder + "/summary.csv") && StoredRuns(folder: folder).whole?.experiment == experiment
    }
  }

  /// That runs have diverged, if any has.
  var divergence: RunOutcome? {
    let names = cells.filter { runFolder($0).status?.state == .diverged }.map(\.folderName)
    return names.isEmpty ? nil : .diverged(names)
  }

  /// Gives the runs that are done their event files.
  func writeEventsOfDone() throws {
    for cell in cells where runFolder(cell).isDone { try runFolder(cell).writeEvents() }
  }

  // MARK: - Running

  /// Prepares, says what will be done, trains, and reports.
  ///
  /// - Returns: the cells that other processes train; there is no report then.
  func run() throws -> [Cell] {
    let prepared = try PreparedExperiment(
      experiment, text: text, waiting: waiting, folder: folder, listener: listener)
    let records = RecordWriter(prepared.record)
    try Files.makeFolder(folder + "/runs")
    let grid = isWhole ? try lockedGrid() : nil
    defer { grid?.release() }
    // Anew, now that the grid is locked: another process may have been at work here.
    try checkContinues(TextDigests(prepared.record.provenance))
    if isWhole { try records.write(to: folder, warn: shared.warn) }
    let waiting = waiting
    let others = try StoredRuns(folder: folder).otherCount(than: experiment)
    try prepared.announcement(waiting: waiting.count, others: others).forEach(shared.announce)
    let width = experiment.runsAtOnce(of: waiting.count)
    var estimate: TimeEstimate?
    if !waiting.isEmpty {
      estimate = try TimeEstimate(waiting.map { ($0, runFolder($0).lastStep) }, prepared, runsAtOnce: width)
    }
    if let estimate { shared.announce(estimate.text) }
    shared.begin(finishedCellCount: cells.count - waiting.count, estimate: estimate?.work)
    let elsewhere = try GridTraining(
      folder: folder, isWhole: isWhole, writesEvents: writesEvents, prepared: prepared, records: records,
      active: active, shared: shared
    ).train(waiting, runsAtOnce: width)
    if elsewhere.isEmpty, isWhole { _ = try Report.make(in: folder, notice: shared.warn) }
    return elsewhere
  }

  /// Takes the lock that keeps two processes from training one whole grid; a single cell does without.
  private func lockedGrid() throws -> ProcessLock {
    let path = folder + "/lock"
    guard let lock = try ProcessLock.take(path, notice: shared.warn) else {
      throw InputError(
        at: folder, "\(ProcessLock.holder(of: path)?.description ?? "another process") is at work here",
        expected: "one process a folder; --only trains single cells side by side")
    }
    return lock
  }
}
