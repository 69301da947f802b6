import Curves
import Models
import Foundation
import Kernels
import Platform

/// How a run ended.
public enum TrainingOutcome: Sendable, Equatable {
  /// All steps are done, or the run has ended after its targets.
  case finished
  /// It was asked to stop; what is saved goes on from there.
  case interrupted
  /// A loss or gradient was not finite.
  case diverged(Divergence)
}

/// A run that another thread can save while it trains.
public protocol SavableRun: AnyObject, Sendable {
  /// Saves everything that decides how the run goes on, unless that is saved already.
  ///
  /// - Throws: `InputError` if the folder cannot be written; the newest checkpoint is then as it was.
  func save() throws

  /// Saves, and lets the run change nothing any more: the program is about to end.
  ///
  /// - Throws: as `save`.
  func saveForGood() throws
}

/// One run: trains a model for its steps, measuring and saving on the way.
///
/// `save` and `saveForGood` may be called by any thread. All else is for the one thread that trains: it alone changes
/// what a checkpoint holds, and it does so under the lock `state`, in one go a step. So it reads without the lock, and who
/// saves, with the lock, sees the state between two steps.
public final class Trainer<O: Objective>: SavableRun, @unchecked Sendable {
  /// The curve so far.
  public private(set) var points: [CurvePoint] = []
  /// What probes found so far.
  public private(set) var readings: [ProbeReading] = []
  /// Steps done.
  public private(set) var step = 0
  /// What proves that runs share weights and batches.
  public private(set) var digests: RunDigests
  /// The model and its optimizer.
  public let training: ModelTraining<O, Float>

  private let settings: TrainingConfiguration
  private let schedule: LearningRateSchedule
  private let stop: TargetStop?
  private let identity: RunIdentity
  private let batches: BatchSource<O>
  private let validation: [O.Batch]
  private let metrics: [any HeldOutMetric<O.Batch>]
  private let probing: Probing?
  private let checkpoints: CheckpointFiles?
  /// What the last step measured, until its point is on the curve.
  private var pending: PendingPoint?
  private var tokens = 0
  private var secondsBefore = 0.0
  /// When this process began to train; `nil` before.
  private var started: ContinuousClock.Instant?
  /// How often the state has changed.
  private var version = 0
  /// The version that the newest checkpoint holds, or one that none shall hold: a run that has diverged goes on from the
  /// checkpoint before, only to diverge again.
  private var savedVersion: Int?
  /// Guards all that a checkpoint holds: held while that changes, and while weights and moments are copied to a file.
  private let state = NSLock()
  /// Keeps two threads from writing one file; whoever needs both locks takes this one first.
  private let writing = NSLock()

  /// A run that has not begun.
  ///
  /// - Parameters:
  ///   - encoder: the model's shape.
  ///   - settings: steps, sizes and the optimizer.
  ///   - peakLearningRate: the highest learning rate.
  ///   - seed: of weights and dropout; the batches carry their own.
  ///   - batches: what is trained on, with the objective that is learned.
  ///   - validation: held-out batches, on which the objective's measures are taken.
  ///   - metrics: what else is measured at each validation.
  ///   - probing: which probes look into the encoder, and how often; none if `nil`.
  ///   - stop: when the run ends before its steps are done; `nil` for never.
  ///   - checkpoints: where the state is saved at the interval, when interrupted, and at the end; nowhere if `nil`.
  public init(
    encoder: EncoderConfiguration, settings: TrainingConfiguration, peakLearningRate: Double, seed: UInt64,
    batches: BatchSource<O>, validation: [O.Batch], metrics: [any HeldOutMetric<O.Batch>] = [],
    probing: Probing? = nil, stop: TargetStop? = nil, checkpoints: CheckpointFiles? = nil
  ) {
    self.settings = settings
    self.batches = batches
    self.validation = validation
    self.metrics = [batches.objective] + metrics
    self.probing = probing
    self.checkpoints = checkpoints
    schedule = LearningRateSchedule(peak: peakLearningRate, settings)
    self.stop = stop
    identity = RunIdentity(
      seed: seed, peakLearningRate: peakLearningRate, settings: settings, sequenceCount: batches.examples.count,
      encoder: encoder, objective: StatedObjective(batches.objective))
    training = ModelTraining(batches.objective, encoder, settings, seed: seed)
    digests = RunDigests(initial: training.store)
  }

  /// Starts from another model's weights instead of those drawn from the seed.
  ///
  /// - Precondition: nothing has been trained yet.
  /// - Throws: `InputError` if the other model has other shapes.
  public func start(from model: SavedModel) throws {
    precondition(step == 0 && points.isEmpty, "Trainer.start(from:): at step \(step)")
    try state.withLock {
      try training.store.start(from: model.store, source: model.path)
      digests = RunDigests(initial: training.store)
    }
  }

  // MARK: - Checkpoints

  /// Goes on from the newest checkpoint that is whole, if there is one.
  ///
  /// - Parameter warn: told of each damaged one, which is set aside.
  /// - Throws: `InputError` if it does not fit the run.
  public func resume(warn: (String) -> Void = { _ in }) throws {
    try state.withLock {
      guard let (checkpoint, path) = try checkpoints?.read(into: training, of: identity, warn: warn) else { return }
      guard checkpoint.step <= settings.steps, checkpoint.digests.initialWeights == digests.initialWeights else {
        throw InputError(at: path, "started from other weights", expected: "the same; use --out for another folder")
      }
      step = checkpoint.step
      tokens = checkpoint.tokens
      secondsBefore = checkpoint.elapsedSeconds
      digests = checkpoint.digests
      pending = checkpoint.pending
      points = checkpoint.points
      readings = checkpoint.readings
      savedVersion = version
    }
  }

  /// Saves everything that decides how the run goes on, unless that is saved already.
  ///
  /// - Throws: `InputError` if the folder cannot be written; the newest checkpoint is then as it was.
  public func save() throws {
    try save(forGood: false)
  }

  /// Saves, and lets the run change nothing any more: the program is about to end.
  ///
  /// - Throws: as `save`.
  public func saveForGood() throws {
    try save(forGood: true)
  }

  /// Saves; the run may go on while the file is flushed to the disk, unless it is saved for good.
  private func save(forGood isForGood: Bool) throws {
    try writing.withLock {
      state.lock()
      var isHeld = true
      func release() {
        if isHeld, !isForGood { state.unlock() }
        isHeld = false
      }
      defer { release() }
      guard let checkpoints, savedVersion != version else { return }
      let saving = version
      let checkpoint = Checkpoint(
        step: step, tokens: tokens, elapsedSeconds: elapsedSeconds, identity: identity, digests: digests,
        pending: pending, points: points, readings: readings)
      try checkpoints.write(checkpoint, training, didReadModel: release)
      if isForGood {
        savedVersion = saving
      } else {
        // A run that has meanwhile come to an end that is not saved stays so.
        state.withLock { savedVersion = savedVersion == version ? savedVersion : saving }
      }
    }
  }

  // MARK: - Training

  /// Trains until all steps are done, or the rule for ending sooner says so.
  ///
  /// - Parameters:
  ///   - shouldStop: asked between steps.
  ///   - onStep: called after every step, with what it measured and the tokens it trained on.
  ///   - onPoint: called when a point was added to the curve, with it, and with what probes found there.
  ///   - beforeSaving: called before a checkpoint is written at the interval or at the end.
  /// - Returns: how the run ended.
  /// - Throws: `InputError` if a checkpoint cannot be written, and what the closures throw.
  public func run(
    shouldStop: () -> Bool = { false }, onStep: (StepMeasurement, _ tokens: Int) throws -> Void = { _, _ in },
    onPoint: (CurvePoint, ProbeReading?) throws -> Void = { _, _ in }, beforeSaving: () throws -> Void = {}
  ) throws -> TrainingOutcome {
    state.withLock { started = .now }
    if points.isEmpty || pending != nil, let divergence = try addPoint(onPoint) { return .diverged(divergence) }
    while step < settings.steps, !isOver {
      if shouldStop() {
        try save()
        return .interrupted
      }
      let measured: (step: StepMeasurement, tokens: Int)
      do {
        measured = try trainStep()
      } catch let divergence as Divergence {
        // The curve says so too: a loss that is no number ends it.
        let point = CurvePoint(
          step: step + 1, tokens: tokens, elapsedSeconds: elapsedSeconds, measured: [O.batchLoss: .nan])
        add(point, isLast: true)
        try onPoint(point, nil)
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

  /// Whether the run has ended after its targets.
  private var isOver: Bool {
    guard let stop, points.last?.step == step, points.last?[stop.measure] != nil else { return false }
    return stop.isOver(points)
  }

  private var elapsedSeconds: Double {
    secondsBefore + (started.map { (ContinuousClock.now - $0) / .seconds(1) } ?? 0)
  }

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
        ? PendingPoint(learningRate: rate, gradientNorm: measured.gradientNorm, lossNats: measured.loss) : nil
      version += 1
    }
    return (measured, batch.tokenCount)
  }

  /// Whether held-out batches are measured at this step.
  private var isValidated: Bool { step == settings.steps || step % settings.validationInterval == 0 }

  /// Whether probes look into the encoder at this step.
  private var isProbed: Bool {
    isValidated && (step == settings.steps || probing.map { step % $0.interval == 0 } == true)
  }

  /// Adds a point for the step just done, or for the beginning.
  ///
  /// - Returns: that the held-out loss has left the finite numbers, if it has.
  private func addPoint(_ onPoint: (CurvePoint, ProbeReading?) throws -> Void) throws -> Divergence? {
    var measured = pending?.measured(loss: O.batchLoss) ?? [:]
    if isValidated {
      for metric in metrics { measured.merge(training.measures(metric, on: validation)) { $1 } }
    }
    let point = CurvePoint(step: step, tokens: tokens, elapsedSeconds: elapsedSeconds, measured: measured)
    let reading = isProbed && !point.hasDiverged ? probing.map { training.reading(of: $0.probes, at: step) } : nil
    add(point, reading, isLast: point.hasDiverged)
    try onPoint(point, reading)
    return point.hasDiverged ? Divergence(step: step, tensor: "the held-out loss") : nil
  }

  private func add(_ point: CurvePoint, _ reading: ProbeReading? = nil, isLast: Bool) {
    state.withLock {
      points.append(point)
      if let reading { readings.append(reading) }
      pending = nil
      version += 1
      if isLast { savedVersion = version }
    }
  }
}
