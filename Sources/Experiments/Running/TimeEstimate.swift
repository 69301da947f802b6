import Foundation
import Platform
import Reports
import Text
import Training

/// How long the runs that wait will take, told from a few steps that are thrown away.
struct TimeEstimate {
  /// What is left, corrected while the runs train.
  let work: WorkEstimate
  /// Why no trial told the pace, if none did.
  let failure: Divergence?

  /// Steps that are timed of a model of each size.
  private static let trialSteps = 3

  /// Times a few steps of a model of each size.
  ///
  /// - Parameters:
  ///   - waiting: the runs, and the step that each has reached; at least one.
  ///   - prepared: their text.
  ///   - width: how many of them train at once.
  /// - Throws: `InputError` if the text is too short.
  init(_ waiting: [(cell: Cell, step: Int)], _ prepared: PreparedExperiment, runsAtOnce width: Int) throws {
    let size = prepared.corpus.vocabulary.count
    var pace = Pace()
    var failure: Divergence?
    do {
      for cell in Pace.differing(waiting.map(\.cell)) {
        let tokens = Self.trialSteps * cell.training.batchSize * cell.training.sequenceLength
        pace.add(
          cell, vocabularySize: size, trained: tokens,
          seconds: try Self.trialSeconds(cell, cell.arm.objective, prepared, runsAtOnce: width))
      }
    } catch let divergence as Divergence {
      // The runs may do better, with weights of their own.
      (pace, failure) = (Pace(), divergence)
    }
    var work = WorkEstimate(
      waiting, pace, vocabularySize: size,
      validationTokens: try prepared.corpus.validationTokenCount(
        of: waiting[0].cell, for: waiting[0].cell.arm.objective))
    work.runsAtOnce = width
    self.work = work
    self.failure = failure
  }

  /// The line that is shown before training.
  ///
  /// - Parameter stage: the stage that the estimate is of; `nil` in an experiment that has one.
  /// - Returns: one line.
  func text(of stage: Study.Stage?) -> String {
    "estimated time\(stage.map { " of the \($0.rawValue)" } ?? ""): \(work.secondsLeft?.durationText ?? "unknown") on "
      + "\(ThreadPool.shared.threadCount.counted("thread")), \(work.runsAtOnce.counted("run")) at once"
      + (failure.map { " (a trial failed at \($0))" } ?? "")
  }

  /// How long a few steps of a cell take, thrown away afterwards.
  ///
  /// - Throws: `Divergence` if the loss is not finite.
  private static func trialSeconds(
    _ cell: Cell, _ objective: some Objective<PackedSequences>, _ prepared: PreparedExperiment, runsAtOnce width: Int
  ) throws -> Double {
    let batch = try prepared.corpus.batches(of: cell, for: objective).batch(at: 0)
    let encoder = prepared.encoder(of: cell)
    // Timed as it will run: as many at once, each on its thread.
    let results = ThreadPool.shared.map(width) { _ in
      Result {
        let trial = ModelTraining<_, Float>(objective, encoder, cell.training, seed: 0)
        _ = try trial.step(batch, number: 1, learningRate: 0)
        return try ContinuousClock().measure {
          for number in 2..<2 + trialSteps { _ = try trial.step(batch, number: number, learningRate: 0) }
        }
      }
    }
    return try results.map { try $0.get() }.max()! / .seconds(1)
  }
}

extension Experiment {
  /// How many runs train at once: one a thread where there are enough, since small products share out badly.
  ///
  /// A kernel that is called from within a chunk of the pool stays on its thread, so each of these runs has one core. The
  /// numbers are the same to the bit either way.
  func runsAtOnce(of waiting: Int) -> Int {
    let threads = ThreadPool.shared.threadCount
    let memory = ProcessInfo.processInfo.physicalMemory
    guard waiting >= threads, (try? checkFits(memory: memory / UInt64(2 * threads))) != nil else { return 1 }
    return threads
  }
}
