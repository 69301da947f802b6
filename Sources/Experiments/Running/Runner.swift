import Encoders
import Foundation
import Platform
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
  /// Stopped from outside; the same call goes on.
  case interrupted
}

/// Trains the runs of an experiment that are not yet done.
///
/// - Parameters:
///   - experiment: what to train.
///   - folder: the experiment's folder; made if need be.
///   - only: the number of the one cell to train; `nil` for all. It then writes that cell's folder alone.
///   - announce: takes lines to be shown before training: the grid, parameter counts, an estimate of the time.
///   - progress: called after every step, by one thread at a time.
/// - Returns: how it ended.
/// - Throws: `InputError` for a corpus that cannot be used or a folder that holds another experiment.
public func run(
  _ experiment: Experiment, in folder: String, only: Int?, announce: (String) -> Void,
  progress: (ExperimentProgress) -> Void
) throws -> RunOutcome {
  let runner = try Runner(experiment, folder: folder, only: only)
  if runner.isDone { return try runner.outcome ?? .alreadyDone }
  try runner.prepare(announce)
  guard try runner.trainAll(progress) else { return .interrupted }
  if only == nil { try runner.collect() }
  return try runner.outcome ?? .finished
}

/// One call of `run`: which cells, in which folder, and how far they are.
private final class Runner {
  let experiment: Experiment
  let folder: String
  let cells: [Cell]
  let only: Int?
  private var corpus: PreparedCorpus?
  private var record: ExperimentRecord?
  /// What runs that train at once share; `lock` guards it.
  private var estimate: WorkEstimate?
  private var finishedCells = 0
  private let lock = NSLock()

  init(_ experiment: Experiment, folder: String, only: Int?) throws {
    self.experiment = experiment
    self.folder = folder
    self.only = only
    let all = experiment.cells
    if let only {
      guard all.indices.contains(only) else {
        throw InputError(at: "--only", "there is no cell \(only)", expected: "0 to \(all.count - 1)")
      }
      cells = [all[only]]
    } else {
      cells = all
    }
    if let stored = try storedRecord() {
      // Only what can be told without training a vocabulary; `prepare` compares the rest.
      var here = ExperimentRecord(experiment: experiment, provenance: stored.provenance)
      here.provenance.corpusSHA256 = try Corpus.load(path: experiment.corpus).hash
      try here.checkContinues(stored, in: folder)
    }
  }

  /// The record that the folder, or the folder of one of the cells, holds.
  private func storedRecord() throws -> ExperimentRecord? {
    for path in [folder] + experiment.cells.map({ runFolder($0).path })
    where Files.exists(ExperimentRecord.path(in: path)) {
      return try ExperimentRecord(folder: path)
    }
    return nil
  }

  func runFolder(_ cell: Cell) -> RunFolder {
    RunFolder(of: cell, in: folder)
  }

  var waiting: [Cell] { cells.filter { !runFolder($0).isDone } }

  /// Whether every cell is done and, for the whole grid, its results are collected.
  var isDone: Bool {
    waiting.isEmpty && (only != nil || Files.exists(folder + "/summary.csv"))
  }

  /// That runs have diverged, if any has.
  var outcome: RunOutcome? {
    get throws {
      let names = cells.filter { runFolder($0).status?.state == .diverged }.map(\.folderName)
      return names.isEmpty ? nil : .diverged(names)
    }
  }

  /// Loads the corpus, writes the record, and says what will be done.
  func prepare(_ announce: (String) -> Void) throws {
    let corpus = try PreparedCorpus(experiment)
    self.corpus = corpus
    var counts: [String: Int] = [:]
    for arm in experiment.arms {
      counts[arm.name] = MaskedLanguageModel<Float>.parameterCount(
        arm.encoder(vocabularySize: corpus.vocabulary.count))
    }
    let record = ExperimentRecord(
      experiment: experiment,
      provenance: ExperimentRecord.Provenance(
        programVersion: BuildInformation.version, buildTarget: BuildInformation.target,
        executableSHA256: BuildInformation.executableSHA256, corpusSHA256: corpus.hash,
        vocabularySHA256: corpus.vocabulary.hash, vocabularySize: corpus.vocabulary.count, parameterCounts: counts))
    if let stored = try storedRecord() { try record.checkContinues(stored, in: folder) }
    self.record = record
    let waiting = waiting
    // Fails early, before hours of training and before a folder is made, where an arm's shapes do not fit the text.
    for cell in waiting {
      _ = try corpus.batches(of: cell)
      _ = try corpus.validationBatches(of: cell)
    }
    try Files.makeFolder(folder + "/runs")
    if only == nil { try Files.write(record.text, to: ExperimentRecord.path(in: folder)) }
    finishedCells = cells.count - waiting.count
    for line in announcement(corpus, counts, waiting: waiting.count) { announce(line) }
    if !waiting.isEmpty { announce(try timeEstimate(waiting, corpus)) }
  }

  private func announcement(_ corpus: PreparedCorpus, _ counts: [String: Int], waiting: Int) -> [String] {
    let tokens = corpus.tokenCounts
    let arms = experiment.arms.map { "\($0.name) (\(counts[$0.name] ?? 0) parameters)" }
    return [
      "\(experiment.name): \(experiment.arms.count) arms × \(experiment.learningRates.count) learning rates × "
        + "\(experiment.seeds.count) seeds = \(experiment.cells.count) runs, \(waiting) to do",
      "arms: " + arms.joined(separator: ", "),
      "corpus: \(experiment.corpus), \(tokens.training) tokens to train on, \(tokens.validation) held out, "
        + "vocabulary \(corpus.vocabulary.count)",
    ]
  }

  /// Times a few steps of the first waiting cell, thrown away afterwards, to say how long all will take.
  private func timeEstimate(_ waiting: [Cell], _ corpus: PreparedCorpus) throws -> String {
    let cell = waiting[0]
    let vocabularySize = corpus.vocabulary.count
    let batches = try corpus.batches(of: cell)
    let validation = try corpus.validationBatches(of: cell)
    var estimate = WorkEstimate(
      waiting.map { ($0, runFolder($0).status?.step ?? 0) }, vocabularySize: vocabularySize,
      validationTokens: validation.reduce(0) { $0 + $1.tokenCount })
    let width = runsAtOnce(of: waiting.count)
    let clock = ContinuousClock()
    var durations = [Duration](repeating: .zero, count: width)
    // Timed as it will run: as many at once, each on its thread.
    durations.withUnsafeMutableBufferPointer { durations in
      ThreadPool.shared.run(width) { index in
        let trial = ModelTraining<Float>(cell.encoder(vocabularySize: vocabularySize), cell.training, seed: 0)
        _ = try? trial.step(batches.batch(at: 0), number: 1, learningRate: 0)
        durations[index] = clock.measure {
          for number in 2...4 { _ = try? trial.step(batches.batch(at: 0), number: number, learningRate: 0) }
        }
      }
    }
    estimate.runsAtOnce = width
    var timed = estimate
    timed.add(
      operations: 3 * Double(cell.training.batchSize * cell.training.sequenceLength)
        * WorkEstimate.perToken(cell, vocabularySize), seconds: (durations.max() ?? .zero) / .seconds(1))
    let left = timed.secondsLeft ?? 0
    self.estimate = estimate
    let threads = ThreadPool.shared.threadCount
    return "estimated time: \(left.durationText) on \(threads) threads, \(width) runs at once"
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
  /// - Returns: false if one was interrupted.
  func trainAll(_ progress: (ExperimentProgress) -> Void) throws -> Bool {
    let waiting = waiting
    let width = runsAtOnce(of: waiting.count)
    let together = width > 1 ? waiting.count / width * width : 0
    var results = [Result<Bool, any Error>](repeating: .success(true), count: together)
    estimate?.runsAtOnce = width
    results.withUnsafeMutableBufferPointer { results in
      ThreadPool.shared.run(together) { index in
        guard !Interruption.isRequested else { return results[index] = .success(false) }
        results[index] = Result { try train(waiting[index], progress) }
      }
    }
    for result in results { guard try result.get() else { return false } }
    estimate?.runsAtOnce = 1
    for cell in waiting.dropFirst(together) { guard try train(cell, progress) else { return false } }
    return true
  }

  /// Trains one cell to its end.
  ///
  /// - Returns: false if it was interrupted.
  private func train(_ cell: Cell, _ progress: (ExperimentProgress) -> Void) throws -> Bool {
    guard let corpus, let record else { preconditionFailure("Runner.train before prepare") }
    let files = runFolder(cell)
    try Files.makeFolder(files.path)
    try Files.write(record.text, to: ExperimentRecord.path(in: files.path))
    try TokenizerFolder.write(corpus.tokenizer, to: files.path)
    let encoder = cell.encoder(vocabularySize: corpus.vocabulary.count)
    let validation = try corpus.validationBatches(of: cell)
    let trainer = Trainer(
      encoder: encoder, settings: cell.training, peakLearningRate: cell.learningRate, seed: cell.randomSeed,
      batches: try corpus.batches(of: cell), validation: validation)
    if Files.exists(files.checkpoint) { try trainer.resume(from: files.checkpoint) }
    func status(_ state: RunFolder.Status.State, _ divergence: Divergence? = nil) -> RunFolder.Status {
      RunFolder.Status(
        state: state, step: trainer.step, digests: trainer.digests, divergence: divergence?.description)
    }
    func writeCurve() throws {
      try files.writeCurve(trainer.points.map { CurveRow(experiment: experiment.name, cell: cell, point: $0) })
    }
    // A checkpoint may be newer than the curve beside it.
    if !trainer.points.isEmpty { try writeCurve() }
    try files.write(status(.running))
    let perToken = WorkEstimate.perToken(cell, corpus.vocabulary.count)
    let heldOutTokens = validation.reduce(0) { $0 + $1.tokenCount }
    var (last, heldOut) = (ContinuousClock.now, trainer.points.last { $0.validationLossNats != nil })
    var rate = SlidingRate()
    let outcome = try trainer.run(
      checkpoint: files.checkpoint, shouldStop: { Interruption.isRequested },
      onStep: { measured, tokens in
        let now = ContinuousClock.now
        let seconds = (now - last) / .seconds(1)
        last = now
        let validated = trainer.step > 1 && (trainer.step - 1) % cell.training.validationInterval == 0
        let validationWork = validated ? Double(heldOutTokens) * perToken / 3 : 0
        rate.add(tokens: tokens, seconds: validated ? nil : seconds)
        lock.withLock {
          estimate?.add(operations: Double(tokens) * perToken + validationWork, seconds: seconds)
          progress(
            ExperimentProgress(
              cell: cell, cellCount: cells.count, finishedCellCount: finishedCells, step: trainer.step,
              trainLossNats: measured.lossNats, validationLossNats: heldOut?.validationLossNats,
              tokensPerSecond: rate.perSecond, secondsLeft: estimate?.secondsLeft))
        }
      },
      onPoint: {
        if trainer.points.last?.validationLossNats != nil { heldOut = trainer.points.last }
        try writeCurve()
      })
    switch outcome {
    case .finished: try files.write(status(.finished))
    case .interrupted:
      try files.write(status(.running))
      return false
    case .diverged(let divergence):
      try files.write(status(.diverged, divergence))
    }
    lock.withLock { finishedCells += 1 }
    return true
  }

  /// Puts the cells' curves together and writes the report.
  func collect() throws {
    try checkDigests()
    try Report(folder: folder).write(to: folder)
  }

  /// Checks that runs of one seed saw the same batches and masks and started from the same shared weights.
  ///
  /// Only runs whose training settings and trunk are equal can be compared.
  private func checkDigests() throws {
    var first: [String: (name: String, digests: RunDigests)] = [:]
    for cell in cells {
      guard let status = runFolder(cell).status, status.state == .finished else { continue }
      let model = cell.arm.model
      let key =
        "\(cell.randomSeed) \(cell.training.steps) \(cell.training.batchSize) \(cell.training.sequenceLength) "
        + "\(model.layers) \(model.hiddenSize) \(model.feedForwardSize) \(model.normalization.rawValue)"
      if let known = first[key] {
        guard known.digests == status.digests else {
          throw InputError(
            at: runFolder(cell).path, "saw other batches or first weights than \(known.name)",
            expected: "runs of one build and one corpus")
        }
      } else {
        first[key] = (cell.folderName, status.digests)
      }
    }
  }
}

/// Tokens a second over the last steps, validation left out.
private struct SlidingRate {
  private var window: [(tokens: Int, seconds: Double)] = []

  mutating func add(tokens: Int, seconds: Double?) {
    guard let seconds else { return }
    window.append((tokens, seconds))
    if window.count > 20 { window.removeFirst() }
  }

  var perSecond: Double? {
    let seconds = window.reduce(0) { $0 + $1.seconds }
    return seconds > 0 ? Double(window.reduce(0) { $0 + $1.tokens }) / seconds : nil
  }
}
