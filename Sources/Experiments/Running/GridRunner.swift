import Platform
import Reports

/// The runs of one stage: which cells, in which folder, and how far they are.
final class GridRunner {
  private let stage: Stage
  /// The experiment as its file says it, whose stage this is.
  private let whole: Experiment
  private let experiment: Experiment
  private let folder: String
  private let cells: [Cell]
  private let isWhole: Bool
  private let writesEvents: Bool
  private let active: ActiveRuns
  private let listener: RunListener
  private let text: PreparedText
  private let lock: GridLock
  private let shared: SharedProgress

  /// The runs of a stage.
  ///
  /// - Parameters:
  ///   - stage: what to train.
  ///   - whole: the experiment as its file says it.
  ///   - folder: the experiment's folder.
  ///   - only: the number of the one cell to train; `nil` for all.
  ///   - lock: of the folder.
  ///   - text: the corpus.
  ///   - writesEvents: whether each run's folder gets its curve for TensorBoard too.
  ///   - active: knows the runs that are under way.
  ///   - listener: takes announcements, warnings and progress.
  /// - Throws: `InputError` if there is no such cell, or the folder holds the same runs of another experiment.
  init(
    _ stage: Stage, of whole: Experiment, folder: String, only: Int?, lock: GridLock, text: PreparedText,
    writesEvents: Bool,
    active: ActiveRuns, listener: RunListener
  ) throws {
    self.stage = stage
    self.whole = whole
    experiment = stage.grid
    self.folder = folder
    self.writesEvents = writesEvents
    self.active = active
    self.listener = listener
    let all = stage.cells
    if let only, !all.indices.contains(only) {
      throw InputError(at: "--only", "there is no cell \(only)", expected: "0 to \(all.count - 1)")
    }
    cells = only.map { [all[$0]] } ?? all
    isWhole = only == nil
    shared = SharedProgress(listener, cellCount: cells.count)
    self.lock = lock
    self.text = text
    // Only what can be told without training a vocabulary; `prepare` compares the rest.
    try checkContinues(TextDigests(corpusSHA256: text.file.hash))
  }

  /// Checks that what the folder holds of the cells are the same runs.
  ///
  /// What is done is done in any format.
  private func checkContinues(_ digests: TextDigests) throws {
    var stored = try StoredRuns(folder: folder)
    try stored.check(
      experiment.cells, of: experiment, digests: digests,
      formatVersion: waiting.isEmpty ? nil : ExperimentRecord.Provenance.currentFormatVersion)
    if isWhole { try stored.checkKeepsRows(whole) }
  }

  private func runFolder(_ cell: Cell) -> RunFolder { RunFolder(of: cell, in: folder, writesEvents: writesEvents) }

  // MARK: - What is there

  private var waiting: [Cell] { cells.filter { !runFolder($0).isDone } }

  /// That runs have diverged, if any has.
  private var divergence: RunOutcome? {
    let names = cells.filter { runFolder($0).status?.state == .diverged }.map(\.folderName)
    return names.isEmpty ? nil : .diverged(names)
  }

  /// Gives the runs that are done their event files.
  private func writeEventsOfDone() throws {
    for cell in cells where runFolder(cell).isDone { try runFolder(cell).writeEvents() }
  }

  // MARK: - Running

  /// Trains what waits.
  ///
  /// - Returns: how it ended.
  /// - Throws: `InputError` as `run(_:in:)`.
  func run() throws -> RunOutcome {
    // Those that are done write no more; the others see to it while they train.
    if writesEvents { try writeEventsOfDone() }
    if try waiting.isEmpty && (!isWhole || StoredRuns(folder: folder).whole?.experiment == whole) {
      return divergence ?? .alreadyDone
    }
    let elsewhere = try train()
    guard elsewhere.isEmpty else { return .elsewhere(elsewhere.map(\.folderName)) }
    return divergence ?? .finished
  }

  /// Prepares, says what will be done, and trains.
  ///
  /// - Returns: the cells that other processes train.
  private func train() throws -> [Cell] {
    let prepared = try PreparedExperiment(
      stage, of: whole, text: text, waiting: waiting, folder: folder, listener: listener)
    let records = RecordWriter(prepared.record)
    try Files.makeFolder(folder + "/runs")
    if isWhole { try lock.take(notice: shared.warn) }
    // Anew, now that the grid is locked: another process may have been at work here.
    try checkContinues(TextDigests(prepared.record.provenance))
    if isWhole { try RecordWriter(prepared.wholeRecord).write(to: folder, warn: shared.warn) }
    let waiting = waiting
    let others = try StoredRuns(folder: folder).otherCount(than: whole)
    try prepared.announcement(waiting: waiting.count, others: others).forEach(shared.announce)
    let references = try ReferenceLosses(
      unigram: prepared.unigramLosses, done: cells.filter { runFolder($0).isDone }, in: folder)
    references.announcement.map(shared.announce)
    let width = experiment.runsAtOnce(of: waiting.count)
    var estimate: TimeEstimate?
    if !waiting.isEmpty {
      estimate = try TimeEstimate(waiting.map { ($0, runFolder($0).lastStep) }, prepared, runsAtOnce: width)
    }
    if let estimate { shared.announce(estimate.text(of: whole.isStaged ? stage.kind : nil)) }
    shared.begin(
      finishedCellCount: cells.count - waiting.count, estimate: estimate?.work, references: references)
    let page = isWhole ? try LivePage(prepared.wholeRecord, stage, in: folder) { [shared] in shared.warn($0) } : nil
    defer { page?.finish() }
    return try GridTraining(
      folder: folder, isWhole: isWhole, writesEvents: writesEvents, prepared: prepared, records: records,
      active: active, shared: shared, page: page
    ).train(waiting, runsAtOnce: width)
  }
}
