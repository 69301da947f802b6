import Curves
import Models
import Foundation
import Kernels
import Platform
import Text

/// One run: trains a masked-language model for its steps, measuring and saving on the way.
///
/// `save` may be called by any thread while `run` is under way: weights, moments and the curve change under a lock, in
/// one go a step, so what is saved is always the state between two steps. Everything else is for one thread.
public final class Trainer: @unchecked Sendable {
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
  private let identity: RunIdentity
  private let batches: BatchSource
  private let validation: [MaskedBatch]
  private let checkpoints: CheckpointFiles?
  /// What the last step measured, until its point is on the curve.
  private var pending: PendingPoint?
  private var tokens = 0
  private var secondsBefore = 0.0
  private var started = ContinuousClock.now
  /// Guards all that a checkpoint holds.
  private let state = NSLock()
  /// Whether the newest checkpoint holds the state as it is, or will never hold it: a run that has diverged goes on from
  /// the one before, only to diverge again.
  private var isSaved = false

  /// A run that has not begun.
  ///
  /// - Parameters:
  ///   - encoder: the model's shape.
  ///   - settings: steps, sizes and the optimizer.
  ///   - peakLearningRate: the highest learning rate.
  ///   - seed: of weights and dropout; the batches carry their own.
  ///   - batches: what is trained on.
  ///   - validation: what the held-out loss is measured on.
  ///   - checkpoints: where the state is saved at the interval, when interrupted, and at the end; nowhere if `nil`.
  public init(
    encoder: EncoderConfiguration, settings: TrainingConfiguration, peakLearningRate: Double, seed: UInt64,
    batches: BatchSource, validation: [MaskedBatch], checkpoints: CheckpointFiles? = nil
  ) {
    self.settings = settings
    self.batches = batches
    self.validation = validation
    self.checkpoints = checkpoints
    schedule = LearningRateSchedule(peak: peakLearningRate, warmupSteps: settings.warmupSteps, steps: settings.steps)
    identity = RunIdentity(
      seed: seed, peakLearningRate: peakLearningRate, settings: settings, sequenceCount: batches.sequences.count)
    training = ModelTraining(encoder, settings, seed: seed)
    digests = RunDigests(initial: training.store)
  }

  /// Starts from another model's weights instead of those drawn from the seed.
  ///
  /// - Precondition: nothing has been trained yet.
  /// - Throws: `InputError` if the other model has other shapes.
  public func start(from model: SavedModel) throws {
    precondition(step == 0 && points.isEmpty, "Trainer.start(from:): at step \(step)")
    try training.store.start(from: model.store, source: model.path)
    digests = RunDigests(initial: training.store)
  }

  // MARK: - Checkpoints

  /// Goes on from the newest checkpoint that is whole, if there is one.
  ///
  /// - Parameter warn: told of each damaged one, which is set aside.
  /// - Throws: `InputError` if it does not fit the run.
  public func resume(warn: (String) -> Void = { _ in }) throws {
    guard let (checkpoint, path) = try checkpoints?.read(into: training, warn: warn) else { return }
    if let difference = identity.difference(to: checkpoint.identity) {
      throw InputError(
        at: path, "is of another run: \(difference)", expected: "the same; use --out for another folder")
    }
    guard checkpoint.step <= settings.steps, checkpoint.digests.initialWeights == digests.initialWeights else {
      throw InputError(at: path, "started from other weights", expected: "the same; use --out for another folder")
    }
    step = checkpoint.step
    tokens = checkpoint.tokens
    secondsBefore = checkpoint.elapsedSeconds
    digests = checkpoint.digests
    pending = checkpoint.pending
    points = checkpoint.points
    isSaved = true
  }

  /// Saves everything that decides how the run goes on, unless that is saved already.
  ///
  /// - Throws: `InputError` if the folder cannot be written; the newest checkpoint is then as it was.
  public func save() throws {
    try state.withLock { try saveLocked() }
  }

  /// Saves, and lets the run change nothing any more: the program is about to end.
  ///
  /// - Throws: as `save`.
  public func saveForGood() throws {
    state.lock()
    try saveLocked()
  }

  private func saveLocked() throws {
    guard let checkpoints, !isSaved else { return }
    let checkpoint = Checkpoint(
      step: step, tokens: tokens, elapsedSeconds: elapsedSeconds, identity: identity, digests: digests,
      pending: pending, points: points)
    try checkpoints.write(checkpoint, training)
    isSaved = true
  }

  // MARK: - Training

  /// Trains until all steps are done.
  ///
  /// - Parameters:
  ///   - shouldStop: asked between steps.
  ///   - onStep: called after every step, with what it measured and the tokens it trained on.
  ///   - onPoint: called when a point was added to the curve, with it.
  ///   - beforeSaving: called before a checkpoint is written at the interval or at the end.
  /// - Returns: how the run ended.
  /// - Throws: `InputError` if a checkpoint cannot be written, and what the closures throw.
  public func run(
    shouldStop: () -> Bool = { false }, onStep: (StepMeasurement, _ tokens: Int) throws -> Void = { _, _ in },
    onPoint: (CurvePoint) throws -> Void = { _ in }, beforeSaving: () throws -> Void = {}
  ) throws -> Outcome {
    started = .now
    if points.isEmpty || pending != nil, let divergence = try addPoint(onPoint) { return .diverged(divergence) }
    while step < settings.steps {
      if shouldStop() {
        try save()
        return .interrupted
      }
      let measured: (step: StepMeasurement, tokens: Int)
      do {
        measured = try trainStep()
      } catch let divergence as Divergence {
        // The curve says so too: a loss that is no number ends it.
        var point = CurvePoint(step: step + 1, tokens: tokens, elapsedSeconds: elapsedSeconds)
        point[.trainingLoss] = .nan
        add(point, isLast: true)
        try onPoint(point)
        return .diverged(divergence)
      }
      try onStep(measured.step, measured.tokens)
      if pending != nil, let divergence = try addPoint(onPoint) { return .diverged(divergence) }
      if step % settings.checkpointInterval == 0 {
        try beforeSaving()
        try save()
      }
    }
    try beforeSaving()
    try save()
    return .finished
  }

  private var elapsedSeconds: Double { secondsBefore + (ContinuousClock.now - started) / .seconds(1) }

  private func trainStep() throws -> (step: StepMeasurement, tokens: Int) {
    let batch = batches.batch(at: step)
    let rate = schedule.rate(at: step + 1)
    let gradients = try training.gradients(of: batch, number: step + 1)
    let measured = gradients.measurement
    var nextDigests = digests
    nextDigests.append(batch)
    state.withLock {
      training.update(gradients, learningRate: rate)
      step += 1
      tokens += batch.tokenCount
      digests = nextDigests
      let isLogged = step == 1 || step % settings.logInterval == 0 || isValidated
      pending =
        isLogged
        ? PendingPoint(learningRate: rate, gradientNorm: measured.gradientNorm, lossNats: measured.lossNats) : nil
      isSaved = false
    }
    return (measured, batch.tokenCount)
  }

  /// Whether the held-out loss is measured at this step.
  private var isValidated: Bool { step == settings.steps || step % settings.validationInterval == 0 }

  /// Adds a point for the step just done, or for the beginning.
  ///
  /// - Returns: that the held-out loss has left the finite numbers, if it has.
  private func addPoint(_ onPoint: (CurvePoint) throws -> Void) throws -> Divergence? {
    let held = isValidated ? Evaluation.measure(training.model, on: validation) : nil
    var point = CurvePoint(step: step, tokens: tokens, elapsedSeconds: elapsedSeconds)
    point[.learningRate] = pending?.learningRate
    point[.gradientNorm] = pending?.gradientNorm
    point[.trainingLoss] = pending?.lossNats
    point[.validationLoss] = held?.lossNats
    point[.validationAccuracy] = held?.accuracy
    let hasDiverged = held.map { !$0.lossNats.isFinite } ?? false
    add(point, isLast: hasDiverged)
    try onPoint(point)
    return hasDiverged ? Divergence(step: step, tensor: "the held-out loss") : nil
  }

  private func add(_ point: CurvePoint, isLast: Bool) {
    state.withLock {
      points.append(point)
      pending = nil
      isSaved = isLast
    }
  }
}
