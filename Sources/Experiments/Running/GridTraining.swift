import Platform
import Text
import Training

/// Trains cells, several at once; every thread may do one.
struct GridTraining: Sendable {
  /// The experiment's folder.
  let folder: String
  /// Whether this is about the whole grid, whose runs other processes may train too, and not about a single cell.
  let isWhole: Bool
  /// Whether runs leave their curve for TensorBoard too.
  let writesEvents: Bool
  /// What is trained.
  let prepared: PreparedExperiment
  /// Writes the runs' records.
  let records: RecordWriter
  /// Knows the runs that are under way.
  let active: ActiveRuns
  /// Takes progress and warnings.
  let shared: SharedProgress
  /// Shows the runs while they train; `nil` where there is nothing but a single cell.
  let page: LivePage?

  /// Trains the cells that wait: as many at once as there are threads, the rest one after another.
  ///
  /// - Parameters:
  ///   - waiting: the cells.
  ///   - width: how many train at once.
  /// - Returns: the cells that other processes train.
  /// - Throws: `InputError` of the first run that could not go on; the others have saved what they have.
  func train(_ waiting: [Cell], runsAtOnce width: Int) throws -> [Cell] {
    let together = width > 1 ? waiting.count / width * width : 0
    var results = ThreadPool.shared.map(together) { attempt(waiting[$0]) }
    shared.setRunsAtOnce(1)
    for cell in waiting.dropFirst(together) { results.append(attempt(cell)) }
    return try zip(waiting, results).filter { try !$1.get() }.map(\.0)
  }

  /// Trains a cell, unless another run has failed: where one cannot go on for want of space or rights, the others save
  /// what they have and stop.
  private func attempt(_ cell: Cell) -> Result<Bool, any Error> {
    guard !shared.hasFailed else { return .success(true) }
    let result = Result { try train(cell, cell.arm.objective) }
    if case .failure = result { shared.fail() }
    return result
  }

  /// Trains one cell to its end, unless another run has failed.
  ///
  /// - Returns: false if another process trains it.
  private func train(_ cell: Cell, _ objective: some Objective<PackedSequences>) throws -> Bool {
    let files = RunFolder(of: cell, in: folder, writesEvents: writesEvents)
    try Files.makeFolder(files.path)
    guard let lock = try ProcessLock.take(files.lock, notice: shared.warn) else {
      guard isWhole else {
        throw InputError(
          at: files.path, "\(ProcessLock.holder(of: files.lock)?.description ?? "another process") trains this cell",
          expected: "one process a cell")
      }
      return false
    }
    defer { lock.release() }
    guard !files.isDone else { return true }
    let run = try CellRun(
      cell, objective, of: prepared, files: files, lock: lock, records: records, shared: shared, page: page)
    var isDone = false
    defer { shared.end(cell, at: run.step, loss: run.heldOutLoss, isDone: isDone) }
    isDone = try run.train(active)
    return true
  }
}
