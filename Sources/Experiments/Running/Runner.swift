import Curves
import Models
import Foundation
import Platform
import Reports
import Text
import Training

/// How running an experiment ended.
public enum RunOutcome: Sendable, Equatable {
  /// Every run that was asked for is done.
  case finished
  /// There was nothing left to do.
  case alreadyDone
  /// All is done, and these runs' losses left the finite numbers; by the names of their folders.
  case diverged([String])
  /// All is done but these runs, which other processes train; by the names of their folders.
  case elsewhere([String])
}

/// Takes what an experiment has to say while it runs.
public struct RunListener {
  /// Takes lines to be shown before training: the grid, parameter counts, an estimate of the time.
  public var announce: (String) -> Void
  /// Takes warnings, a line each: a damaged checkpoint, another build, a process that is waited for.
  public var warn: (String) -> Void
  /// Takes how far the text is prepared, in words, now and then.
  public var preparation: (String) -> Void
  /// Called after every step, by one thread at a time.
  public var progress: (ExperimentProgress) -> Void

  /// A listener; by default one that hears nothing.
  public init(
    announce: @escaping (String) -> Void = { _ in }, warn: @escaping (String) -> Void = { _ in },
    preparation: @escaping (String) -> Void = { _ in },
    progress: @escaping (ExperimentProgress) -> Void = { _ in }
  ) {
    self.announce = announce
    self.warn = warn
    self.preparation = preparation
    self.progress = progress
  }
}

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
/// - Throws: `InputError` for a corpus that cannot be used, a folder that holds the same runs of another experiment or cannot be written,
///   or one that another process works on.
public func run(
  _ experiment: Experiment, in folder: String, only: Int?, writesEvents: Bool = false,
  active: ActiveRuns = ActiveRuns(), listener: RunListener = RunListener()
) throws -> RunOutcome {
  let runner = try Runner(
    experiment, folder: folder, only: only, writesEvents: writesEvents, active: active, listener: listener)
  // Those that are done write no more; the others see to it while they train.
  if writesEvents { try runner.writeEventsOfDone() }
  if try runner.isDone { return try runner.outcome ?? .alreadyDone }
  let lock = try runner.prepare()
  defer { lock?.release() }
  let elsewhere = try runner.trainAll()
  guard elsewhere.isEmpty else { return .elsewhere(elsewhere.map(\.folderName)) }
  if only == nil { try runner.collect() }
  return try runner.outcome ?? .finished
}

/// One call of `run`: which cells, in which folder, and how far they are.
private final class Runner {
  let experiment: Experiment
  let folder: String
  let cells: [Cell]
  let only: Int?
  let writesEvents: Bool
  let active: ActiveRuns
  let listener: RunListener
  private var corpus: PreparedCorpus?
  private var record: ExperimentRecord?
  private var initialModels = InitialModels()
  /// What runs that train at once share; `lock` guards it.
  private var estimate: WorkEstimate?
  private var finishedCells = 0
  private var hasWarnedOfBuild = false
  private var hasFailed = false
  private let lock = NSLock()

  init(
    _ experiment: Experiment, folder: String, only: Int?, writesEvents: Bool, active: ActiveRuns,
    listener: RunListener
  ) throws {
    self.experiment = experiment
    self.folder = folder
    self.only = only
    self.writesEvents = writesEvents
    self.active = active
    self.listener = listener
    let all = experiment.cells
    if let only {
      guard all.indices.contains(only) else {
        throw InputError(at: "--only", "there is no cell \(only)", expected: "0 to \(all.count - 1)")
      }
      cells = [all[only]]
    } else {
      cells = all
    }
    try Files.checkMayBeFolder(folder)
    // Only what can be told without training a vocabulary; `prepare` compares the rest.
    try checkContinues(TextDigests(corpusSHA256: Corpus.hash(ofFile: experiment.corpus)))
  }

  /// Checks that what the folder holds of the cells are the same runs. What is done is done in any format.
  private func checkContinues(_ digests: TextDigests) throws {
    var stored = try StoredRuns(folder: folder)
    try stored.check(
      experiment.cells, of: experiment, digests: digests,
      formatVersion: waiting.isEmpty ? nil : ExperimentRecord.Provenance.currentFormatVersion)
  }

  func runFolder(_ cell: Cell) -> RunFolder {
    RunFolder(of: cell, in: folder, writesEvents: writesEvents)
  }

  var waiting: [Cell] { cells.filter { !runFolder($0).isDone } }

  /// Gives the runs that are done their event files.
  func writeEventsOfDone() throws {
    for cell in cells where runFolder(cell).isDone { try runFolder(cell).writeEvents() }
  }

  /// Whether every cell is done and, for the whole grid, its results are collected: those of the runs that are asked for
  /// now, towards the targets of now.
  var isDone: Bool {
    get throws {
      guard waiting.isEmpty else { return false }
      guard only == nil else { return true }
      return try Files.exists(folder + "/summary.csv") && StoredRuns(folder: folder).whole?.experiment == experiment
    }
  }

  /// That runs have diverged, if any has.
  var outcome: RunOutcome? {
    get throws {
      let names = cells.filter { runFolder($0).status?.state == .diverged }.map(\.folderName)
      return names.isEmpty ? nil : .diverged(names)
    }
  }

  /// Loads the corpus, writes the record, and says what will be done.
  ///
  /// - Returns: the lock on the whole grid, which a single cell does without.
  func prepare() throws -> ProcessLock? {
    let corpus = try PreparedCorpus(experiment, folder: folder, listener: listener)
    self.corpus = corpus
    var counts: [String: Int] = [:]
    for arm in experiment.arms {
      counts[arm.name] = experiment.objective.parameterCount(
        of: arm.encoder(vocabularySize: corpus.vocabulary.count))
    }
    let record = ExperimentRecord(
      experiment: experiment,
      provenance: ExperimentRecord.Provenance(
        programVersion: BuildInformation.version, buildTarget: BuildInformation.target,
        executableSHA256: BuildInformation.executableSHA256, corpusSHA256: corpus.hash,
        vocabularySHA256: corpus.vocabulary.hash, vocabularySize: corpus.vocabulary.count, parameterCounts: counts))
    self.record = record
    initialModels = try InitialModels(waiting.map(\.arm), tokenizer: corpus.tokenizer, warn: warn)
    // Fails early, before hours of training and before a folder is made, where an arm's shapes do not fit the text.
    for cell in waiting {
      try corpus.check(cell, for: experiment.objective)
    }
    try Files.makeFolder(folder + "/runs")
    let grid = only == nil ? try lockedGrid() : nil
    try checkContinues(TextDigests(record.provenance))
    if only == nil { try write(record, in: folder) }
    let waiting = waiting
    finishedCells = cells.count - waiting.count
    for line in try announcement(corpus, counts, waiting: waiting.count) { listener.announce(line) }
    if !waiting.isEmpty { listener.announce(try timeEstimate(waiting, corpus)) }
    return grid
  }

  /// Takes the lock that keeps two processes from training one whole grid.
  private func lockedGrid() throws -> ProcessLock {
    let path = folder + "/lock"
    guard let lock = try ProcessLock.take(path, notice: warn) else {
      throw InputError(
        at: folder, "\(ProcessLock.holder(of: path)?.description ?? "another process") is at work here",
        expected: "one process a folder; --only trains single cells side by side")
    }
    return lock
  }

  /// Writes the record of a folder; what another build has recorded there stays.
  private func write(_ record: ExperimentRecord, in folder: String) throws {
    var record = record
    if Files.exists(ExperimentRecord.path(in: folder)) {
      let stored = try ExperimentRecord(folder: folder)
      let (continued, isOtherBuild) = record.continuing(stored)
      if isOtherBuild { warnOfBuild(stored.provenance.firstBuild, in: folder) }
      guard continued != stored else { return }
      record = continued
    }
    try Files.write(record.text, to: ExperimentRecord.path(in: folder))
  }

  /// Warns, one thread at a time.
  private func warn(_ text: String) {
    lock.withLock { listener.warn(text) }
  }

  private func warnOfBuild(_ build: ExperimentRecord.Provenance.Build, in folder: String) {
    let isFirst = lock.withLock {
      defer { hasWarnedOfBuild = true }
      return !hasWarnedOfBuild
    }
    guard isFirst else { return }
    warn(
      "\(folder): was begun by another build (\(build.programVersion), \(build.buildTarget), SHA-256 "
        + "\(build.executableSHA256.prefix(12))…); numbers are equal to the bit within one build alone")
  }

  private func announcement(_ corpus: PreparedCorpus, _ counts: [String: Int], waiting: Int) throws -> [String] {
    let others = (try? StoredRuns(folder: folder).otherCount(than: experiment)) ?? 0
    let left = others == 0 ? "" : "; \(others.counted("other run")) in the folder left alone"
    let arms = experiment.arms.map { "\($0.name) (\(counts[$0.name] ?? 0) parameters)" }
    return [
      "\(experiment.name): \(experiment.arms.count.counted("arm")) × "
        + "\(experiment.learningRates.count.counted("learning rate")) × \(experiment.seeds.count.counted("seed")) = "
        + "\(experiment.cells.count.counted("run")), \(waiting) to do\(left)",
      "arms: " + arms.joined(separator: ", "),
      try CorpusLine(experiment, corpus, cells: cells).description,
    ]
  }

  /// Begins the estimate of the time that all will take, and says it.
  private func timeEstimate(_ waiting: [Cell], _ corpus: PreparedCorpus) throws -> String {
    let width = runsAtOnce(of: waiting.count)
    var pace = Pace(experiment.objective)
    var failure: Divergence?
    do {
      for cell in Pace.differing(waiting) {
        let tokens = Self.trialSteps * cell.training.batchSize * cell.training.sequenceLength
        pace.add(
          cell, vocabularySize: corpus.vocabulary.count, trained: tokens,
          seconds: try trialSeconds(cell, experiment.objective, corpus, runsAtOnce: width))
      }
    } catch let divergence as Divergence {
      // The runs may do better, with weights of their own.
      (pace, failure) = (Pace(experiment.objective), divergence)
    }
    var estimate = WorkEstimate(
      waiting.map { ($0, runFolder($0).lastStep) }, pace, vocabularySize: corpus.vocabulary.count,
      validationTokens: try corpus.validationTokenCount(of: waiting[0], for: experiment.objective))
    estimate.runsAtOnce = width
    self.estimate = estimate
    let threads = ThreadPool.shared.threadCount
    return "estimated time: \(estimate.secondsLeft?.durationText ?? "unknown") on \(threads.counted("thread")), "
      + "\(width.counted("run")) at once" + (failure.map { " (a trial failed at \($0))" } ?? "")
  }

  /// Steps that are timed of a model of each size.
  private static let trialSteps = 3

  /// How long a few steps of a cell take, thrown away afterwards.
  ///
  /// - Throws: `Divergence` if the loss is not finite.
  private func trialSeconds(
    _ cell: Cell, _ objective: some Objective<PackedSequences>, _ corpus: PreparedCorpus, runsAtOnce width: Int
  ) throws -> Double {
    let batch = try corpus.batches(of: cell, for: objective).batch(at: 0)
    let encoder = cell.encoder(vocabularySize: corpus.vocabulary.count)
    var results = [Result<Duration, any Error>](repeating: .success(.zero), count: width)
    // Timed as it will run: as many at once, each on its thread.
    results.withUnsafeMutableBufferPointer { results in
      ThreadPool.shared.runUnchecked(width) { index in
        results[index] = Result {
          let trial = ModelTraining<_, Float>(objective, encoder, cell.training, seed: 0)
          _ = try trial.step(batch, number: 1, learningRate: 0)
          return try ContinuousClock().measure {
            for number in 2..<2 + Self.trialSteps { _ = try trial.step(batch, number: number, learningRate: 0) }
          }
        }
      }
    }
    return try results.map { try $0.get() }.max()! / .seconds(1)
  }

  /// How many runs train at once: one a thread where there are enough, since small products share out badly.
  ///
  /// A kernel that is called from within a chunk of the pool stays on its thread, so each of these runs has one core.
  /// The numbers are the same to the bit either way.
  private func runsAtOnce(of waiting: Int) -> Int {
    let threads = ThreadPool.shared.threadCount
    guard waiting >= threads, (try? experiment.checkFits(memory: memory / UInt64(2 * threads))) != nil else { return 1 }
    return threads
  }

  private var memory: UInt64 { ProcessInfo.processInfo.physicalMemory }

  /// Trains the cells that wait: as many at once as there are threads, the rest one after another.
  ///
  /// - Returns: the cells that other processes train.
  func trainAll() throws -> [Cell] {
    let waiting = waiting
    let width = runsAtOnce(of: waiting.count)
    let together = width > 1 ? waiting.count / width * width : 0
    var results = [Result<Bool, any Error>](repeating: .success(true), count: waiting.count)
    estimate?.runsAtOnce = width
    func attempt(_ index: Int) -> Result<Bool, any Error> {
      // Where one cannot go on for want of space or rights, the others save what they have and stop.
      guard !lock.withLock({ hasFailed }) else { return .success(true) }
      let result = Result { try train(waiting[index], experiment.objective) }
      if case .failure = result { lock.withLock { hasFailed = true } }
      return result
    }
    results.withUnsafeMutableBufferPointer { results in
      ThreadPool.shared.runUnchecked(together) { index in results[index] = attempt(index) }
    }
    estimate?.runsAtOnce = 1
    for index in waiting.indices.dropFirst(together) { results[index] = attempt(index) }
    return try zip(waiting, results).filter { try !$1.get() }.map(\.0)
  }

  /// Trains one cell to its end, unless another run has failed.
  ///
  /// - Returns: false if another process trains it.
  private func train(_ cell: Cell, _ objective: some Objective<PackedSequences>) throws -> Bool {
    guard let corpus, let record else { preconditionFailure("Runner.train before prepare") }
    let files = runFolder(cell)
    try Files.makeFolder(files.path)
    guard let held = try ProcessLock.take(files.lock, notice: warn) else {
      guard only == nil else {
        throw InputError(
          at: files.path, "\(ProcessLock.holder(of: files.lock)?.description ?? "another process") trains this cell",
          expected: "one process a cell")
      }
      return false
    }
    defer { held.release() }
    guard !files.isDone else { return true }
    try write(record, in: files.path)
    try TokenizerFolder.write(corpus.tokenizer, to: files.path)
    let encoder = cell.encoder(vocabularySize: corpus.vocabulary.count)
    let validation = try corpus.validationBatches(of: cell, for: objective)
    let trainer = Trainer(
      encoder: encoder, settings: cell.training, peakLearningRate: cell.learningRate, seed: cell.randomSeed,
      batches: try corpus.batches(of: cell, for: objective), validation: validation, checkpoints: files.checkpoints)
    if let initial = initialModels[cell.arm] { try trainer.start(from: initial) }
    try trainer.resume(warn: warn)
    active.add(trainer)
    defer { active.remove(trainer) }
    func row(_ point: CurvePoint) -> CurveRow { CurveRow(experiment: experiment.name, cell: cell, point: point) }
    func writeStatus(_ state: RunFolder.Status.State, _ divergence: Divergence? = nil) throws {
      try files.write(
        RunFolder.Status(
          state: state, step: trainer.step, digests: trainer.digests,
          finalWeights: state == .finished ? trainer.training.store.digest() : nil,
          divergence: divergence?.description))
    }
    // What the checkpoint does not know of is computed anew.
    try files.writeCurve(trainer.points.map(row))
    try writeStatus(.running)
    let heldOutTokens = validation.reduce(0) { $0 + $1.tokenCount }
    var last = ContinuousClock.now
    var latest = trainer.points.reduce(into: [:]) { $0.merge($1.measured) { $1 } }
    var rate = SlidingRate()
    var hasValidated = false
    /// Counts the work since the last call.
    func account(trained tokens: Int) {
      let now = ContinuousClock.now
      let seconds = (now - last) / .seconds(1)
      if !hasValidated { rate.add(tokens: tokens, seconds: seconds) }
      lock.withLock {
        estimate?.add(
          cell, vocabularySize: corpus.vocabulary.count, trained: tokens, measured: hasValidated ? heldOutTokens : 0,
          seconds: seconds)
      }
      (last, hasValidated) = (now, false)
    }
    let outcome = try trainer.run(
      shouldStop: { lock.withLock { hasFailed } },
      onStep: { measured, tokens in
        account(trained: tokens)
        latest[type(of: objective).batchLoss] = measured.loss
        lock.withLock {
          listener.progress(
            ExperimentProgress(
              cell: cell, cellCount: cells.count, finishedCellCount: finishedCells, step: trainer.step,
              measured: latest, tokensPerSecond: rate.perSecond, secondsLeft: estimate?.secondsLeft))
        }
      },
      onPoint: { point in
        latest.merge(point.measured) { $1 }
        if point.measured.keys.contains(where: \.isHeldOut) { hasValidated = true }
        try held.check()
        try files.appendToCurve(row(point))
      }, beforeSaving: { try held.check() })
    account(trained: 0)
    guard outcome != .interrupted else { return true }
    // Flushed before the status says that there is no more to do.
    try files.writeCurve(trainer.points.map(row))
    if case .diverged(let divergence) = outcome {
      try writeStatus(.diverged, divergence)
      warn("\(files.path): diverged: \(divergence); the other runs go on")
    } else {
      try writeStatus(.finished)
    }
    lock.withLock { finishedCells += 1 }
    return true
  }

  /// Puts the cells' curves together and writes the report.
  func collect() throws {
    _ = try Report.make(in: folder, notice: warn)
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
