import Encoders
import Foundation
import Kernels
import Platform
import Text

/// One run: trains a masked-language model for its steps, measuring and saving on the way.
public final class Trainer {
  /// How a run ended.
  public enum Outcome: Sendable, Equatable {
    /// All steps are done.
    case finished
    /// It was asked to stop; what is saved goes on from there.
    case interrupted
    /// A loss or gradient was not finite.
    case diverged(Divergence)
  }

  /// The curve so far.
  public private(set) var points: [CurvePoint] = []
  /// Steps done.
  public private(set) var step = 0
  /// What proves that runs share weights and batches.
  public private(set) var digests: RunDigests
  /// The model and its optimizer.
  public let training: ModelTraining<Float>

  private let settings: TrainingConfiguration
  private let schedule: LearningRateSchedule
  private let batches: BatchSource
  private let validation: [MaskedBatch]
  private var tokens = 0
  private var secondsBefore = 0.0
  private var started = ContinuousClock.now

  /// A run that has not begun.
  ///
  /// - Parameters:
  ///   - encoder: the model's shape.
  ///   - settings: steps, sizes and the optimizer.
  ///   - peakLearningRate: the highest learning rate.
  ///   - seed: of weights and dropout; the batches carry their own.
  ///   - batches: what is trained on.
  ///   - validation: what the held-out loss is measured on.
  public init(
    encoder: EncoderConfiguration, settings: TrainingConfiguration, peakLearningRate: Double, seed: UInt64,
    batches: BatchSource, validation: [MaskedBatch]
  ) {
    self.settings = settings
    self.batches = batches
    self.validation = validation
    schedule = LearningRateSchedule(peak: peakLearningRate, warmupSteps: settings.warmupSteps, steps: settings.steps)
    training = ModelTraining(encoder, settings, seed: seed)
    digests = RunDigests(initial: training.store)
  }

  /// Goes on from a checkpoint.
  ///
  /// - Throws: `InputError` if the file does not fit the run.
  public func resume(from path: String) throws {
    let checkpoint = try Checkpoint.read(path, into: training)
    guard checkpoint.step <= settings.steps else {
      throw InputError(at: path, "is at step \(checkpoint.step)", expected: "at most \(settings.steps) steps")
    }
    guard checkpoint.digests.initialWeights == digests.initialWeights else {
      throw InputError(at: path, "started from other weights", expected: "a checkpoint of this experiment")
    }
    step = checkpoint.step
    tokens = checkpoint.tokens
    secondsBefore = checkpoint.elapsedSeconds
    digests = checkpoint.digests
    points = checkpoint.points
  }

  /// Saves everything that decides how the run goes on.
  public func save(to path: String) throws {
    let checkpoint = Checkpoint(
      step: step, tokens: tokens, elapsedSeconds: elapsedSeconds, digests: digests, points: points)
    try checkpoint.write(training, to: path)
  }

  /// Trains until all steps are done.
  ///
  /// - Parameters:
  ///   - checkpoint: where the state is saved at the interval, when interrupted, and at the end; nowhere if `nil`.
  ///   - shouldStop: asked between steps.
  ///   - onStep: called after every step, with its loss and the tokens it trained on.
  ///   - onPoint: called when a point was added to the curve.
  /// - Returns: how the run ended.
  /// - Throws: `InputError` if a checkpoint cannot be written, and what the closures throw.
  public func run(
    checkpoint: String?, shouldStop: () -> Bool = { false },
    onStep: (StepMeasurement, _ tokens: Int) throws -> Void = { _, _ in }, onPoint: () throws -> Void = {}
  ) throws -> Outcome {
    started = .now
    if step == 0 && points.isEmpty {
      try record(nil, learningRate: nil, evaluates: true, onPoint)
    }
    while step < settings.steps {
      if shouldStop() {
        if let checkpoint { try save(to: checkpoint) }
        return .interrupted
      }
      let batch = batches.batch(at: step)
      let rate = schedule.rate(at: step + 1)
      let measured: StepMeasurement
      do {
        measured = try training.step(batch, number: step + 1, learningRate: rate)
      } catch let divergence as Divergence {
        // The curve says so too: a loss that is no number ends it.
        var point = CurvePoint(step: step + 1, tokens: tokens, elapsedSeconds: elapsedSeconds)
        point.trainLossNats = .nan
        points.append(point)
        try onPoint()
        return .diverged(divergence)
      }
      step += 1
      tokens += batch.tokenCount
      digests.append(batch)
      try onStep(measured, batch.tokenCount)
      let isLast = step == settings.steps
      let evaluates = isLast || step % settings.validationInterval == 0
      if evaluates || step == 1 || step % settings.logInterval == 0 {
        try record(measured, learningRate: rate, evaluates: evaluates, onPoint)
        if let loss = points.last?.validationLossNats, !loss.isFinite {
          return .diverged(Divergence(step: step, tensor: "the held-out loss"))
        }
      }
      if isLast || step % settings.checkpointInterval == 0, let checkpoint { try save(to: checkpoint) }
    }
    return .finished
  }

  private var elapsedSeconds: Double { secondsBefore + (ContinuousClock.now - started) / .seconds(1) }

  /// Adds a point for the step just done.
  private func record(
    _ measured: StepMeasurement?, learningRate: Double?, evaluates: Bool, _ onPoint: () throws -> Void
  ) throws {
    let held = evaluates ? Evaluation.measure(training.model, on: validation) : nil
    var point = CurvePoint(step: step, tokens: tokens, elapsedSeconds: elapsedSeconds)
    point.learningRate = learningRate
    point.gradientNorm = measured?.gradientNorm
    point.trainLossNats = measured?.lossNats
    point.validationLossNats = held?.lossNats
    point.validationAccuracy = held?.accuracy
    points.append(point)
    try onPoint()
  }
}
