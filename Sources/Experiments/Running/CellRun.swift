import Curves
import Platform
import Text
import Training

/// One cell as it trains: its files, its trainer, and what it tells of its progress.
///
/// It is for one thread; other threads may save its trainer.
final class CellRun<O: Objective<PackedSequences>> {
  private let cell: Cell
  private let experiment: Experiment
  private let vocabularySize: Int
  private let files: RunFolder
  private let lock: ProcessLock
  private let shared: SharedProgress
  private let page: LivePage?
  private let trainer: Trainer<O>
  private let heldOutTokens: Int
  /// What was measured, each measure when it was taken last.
  private var latest: [Measure: Double]
  private var speed = SlidingRate()
  /// When work was last counted, and whether the held-out loss has been measured since.
  private var lastCount = ContinuousClock.now
  private var hasValidated = false

  /// Makes a run's folder what it must be, and goes on from its checkpoint.
  ///
  /// - Parameters:
  ///   - cell: which run.
  ///   - objective: what it learns.
  ///   - prepared: what it trains on.
  ///   - files: its folder, which exists.
  ///   - lock: held on the folder.
  ///   - records: writes its record.
  ///   - shared: takes progress and warnings.
  ///   - page: shows the runs while they train.
  /// - Throws: `InputError` if a checkpoint does not fit, or the folder cannot be written.
  init(
    _ cell: Cell, _ objective: O, of prepared: PreparedExperiment, files: RunFolder, lock: ProcessLock,
    records: RecordWriter, shared: SharedProgress, page: LivePage?
  ) throws {
    let corpus = prepared.corpus
    self.cell = cell
    self.files = files
    self.lock = lock
    self.shared = shared
    self.page = page
    experiment = prepared.experiment
    vocabularySize = corpus.vocabulary.count
    try records.write(to: files.path, warn: shared.warn)
    try TokenizerFolder.write(corpus.tokenizer, to: files.path)
    let validation = try corpus.validationBatches(of: cell, for: objective)
    heldOutTokens = validation.reduce(0) { $0 + $1.tokenCount }
    let trainer = Trainer(
      encoder: prepared.encoder(of: cell), settings: cell.training, peakLearningRate: cell.learningRate,
      seed: cell.randomSeed, batches: try corpus.batches(of: cell, for: objective), validation: validation,
      probing: try corpus.probing(of: cell), stop: cell.stop, checkpoints: files.checkpoints)
    if let initial = prepared.initialModels[cell.arm] { try trainer.start(from: initial) }
    try trainer.resume(warn: shared.warn)
    self.trainer = trainer
    latest = trainer.points.reduce(into: [:]) { $0.merge($1.measured) { $1 } }
  }

  /// How many steps are done.
  var step: Int { trainer.step }

  /// The held-out loss when it was taken last.
  var heldOutLoss: Double? { latest[.validationLoss] }

  /// Trains to the end, unless another run has failed.
  ///
  /// - Parameter active: knows the run while it trains.
  /// - Returns: whether it came to its end.
  /// - Throws: `InputError` if the folder cannot be written or belongs to another process.
  func train(_ active: ActiveRuns) throws -> Bool {
    active.add(trainer)
    defer { active.remove(trainer) }
    // What the checkpoint does not know of is computed anew.
    try writeTables()
    page?.begin(cell, trainer.points)
    try writeStatus(.running)
    lastCount = .now
    let outcome = try trainer.run(
      shouldStop: { shared.hasFailed }, onStep: show, onPoint: take, beforeSaving: { try lock.check() })
    count(trained: 0)
    guard outcome != .interrupted else { return false }
    // Flushed before the status says that there is no more to do.
    try writeTables()
    if case .diverged(let divergence) = outcome {
      try writeStatus(.diverged, divergence)
      shared.warn("\(files.path): diverged: \(divergence); the other runs go on")
    } else {
      try writeStatus(.finished)
    }
    return true
  }

  private func show(_ measured: StepMeasurement, tokens: Int) {
    count(trained: tokens)
    latest[O.batchLoss] = measured.loss
    shared.show(RunProgress(cell: cell, step: trainer.step, measured: latest, tokensPerSecond: speed.perSecond))
  }

  private func take(_ point: CurvePoint, _ reading: ProbeReading?) throws {
    latest.merge(point.measured) { $1 }
    if point.measured.keys.contains(where: \.isHeldOut) { hasValidated = true }
    try lock.check()
    try files.appendToCurve(row(point))
    if let reading { try files.appendToProbes(rows(reading)) }
    page?.add(point, of: cell)
  }

  /// Counts the work since the last call.
  private func count(trained tokens: Int) {
    let now = ContinuousClock.now
    let seconds = (now - lastCount) / .seconds(1)
    if !hasValidated { speed.add(tokens: tokens, seconds: seconds) }
    shared.add(
      cell, vocabularySize: vocabularySize, trained: tokens, measured: hasValidated ? heldOutTokens : 0,
      seconds: seconds)
    (lastCount, hasValidated) = (now, false)
  }

  private func row(_ point: CurvePoint) -> CurveRow { CurveRow(experiment: experiment.name, cell: cell, point: point) }

  private func rows(_ reading: ProbeReading) -> [ProbeRow] {
    reading.values.map { value in
      ProbeRow(
        experiment: experiment.name, position: cell.arm.position.name, run: cell.key, step: reading.step, found: value)
    }
  }

  /// Writes the run's tables as the checkpoint and what came after it have them.
  private func writeTables() throws {
    try files.writeCurve(trainer.points.map(row))
    if cell.probes != nil { try files.writeProbes(trainer.readings.flatMap(rows)) }
  }

  private func writeStatus(_ state: RunFolder.Status.State, _ divergence: Divergence? = nil) throws {
    try files.write(
      RunFolder.Status(
        state: state, step: trainer.step, digests: trainer.digests,
        stop: state == .finished && trainer.step < cell.training.steps
          ? cell.stop.map { .init(target: $0.target, extraSteps: $0.extraSteps) } : nil,
        finalWeights: state == .finished ? trainer.training.store.digest() : nil,
        divergence: divergence?.description))
  }
}

/// Tokens a second over the last steps, validation left out.
private struct SlidingRate {
  private var window: [(tokens: Int, seconds: Double)] = []

  mutating func add(tokens: Int, seconds: Double) {
    window.append((tokens, seconds))
    if window.count > 20 { window.removeFirst() }
  }

  var perSecond: Double? {
    let seconds = window.reduce(0) { $0 + $1.seconds }
    return seconds > 0 ? Double(window.reduce(0) { $0 + $1.tokens }) / seconds : nil
  }
}
