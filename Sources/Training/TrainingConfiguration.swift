/// How one encoder is trained; the defaults are those of BERT's optimizer where BERT has one.
public struct TrainingConfiguration: Codable, Sendable, Equatable {
  /// Optimizer steps.
  public var steps: Int
  /// Sequences a step.
  public var batchSize: Int
  /// Tokens a sequence, special tokens and padding included.
  public var sequenceLength: Int
  /// Steps over which the learning rate rises linearly from 0; may exceed `steps`.
  public var warmupSteps: Int
  /// Steps between two measurements of the held-out loss.
  public var validationInterval: Int
  /// Steps between two logged training losses.
  public var logInterval: Int
  /// Steps between two checkpoints.
  public var checkpointInterval: Int
  /// Decay of the first moment.
  public var beta1: Double
  /// Decay of the second moment.
  public var beta2: Double
  /// ε in the update's denominator.
  public var epsilon: Double
  /// Decoupled weight decay, except on biases and LayerNorm.
  public var weightDecay: Double
  /// The global gradient norm above which gradients are scaled down; 0 switches clipping off.
  public var clipNorm: Double
  /// Whether the moments' bias is corrected (Kingma & Ba 2015); Google's BERT does not.
  public var biasCorrection: Bool
  /// Added to the run's seed: a sham arm, equal to another but for chance, sets it.
  public var seedOffset: Int
  /// What the learning rate does after the warm-up.
  public var schedule: LearningRateSchedule.Shape
  /// Steps of the decay of `stable-decay`; `nil` for a fifth of all.
  public var decaySteps: Int?
  /// The share of the peak that a decay of the learning rate falls to.
  public var decayFloor: Double
  /// How many steps a run goes on after its lowest target is confirmed; `nil` for a run that takes all its steps.
  public var stopAfterTargets: Int?

  /// A configuration with BERT's optimizer.
  public init(
    steps: Int = 1000, batchSize: Int = 32, sequenceLength: Int = 128, warmupSteps: Int = 100,
    validationInterval: Int = 50, logInterval: Int = 10, checkpointInterval: Int = 500, beta1: Double = 0.9,
    beta2: Double = 0.999, epsilon: Double = 1e-6, weightDecay: Double = 0.01, clipNorm: Double = 1,
    biasCorrection: Bool = false, seedOffset: Int = 0, schedule: LearningRateSchedule.Shape = .linear,
    decaySteps: Int? = nil, decayFloor: Double = 0, stopAfterTargets: Int? = nil
  ) {
    self.steps = steps
    self.batchSize = batchSize
    self.sequenceLength = sequenceLength
    self.warmupSteps = warmupSteps
    self.validationInterval = validationInterval
    self.logInterval = logInterval
    self.checkpointInterval = checkpointInterval
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.clipNorm = clipNorm
    self.biasCorrection = biasCorrection
    self.seedOffset = seedOffset
    self.schedule = schedule
    self.decaySteps = decaySteps
    self.decayFloor = decayFloor
    self.stopAfterTargets = stopAfterTargets
  }
}

// MARK: - In checkpoints and records

extension TrainingConfiguration {
  /// Reads what was written, at any time: a field that the file does not have yet takes its default.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init()
    func read<Value: Decodable>(_ value: inout Value, _ key: CodingKeys) throws {
      value = try container.decodeIfPresent(Value.self, forKey: key) ?? value
    }
    try read(&steps, .steps)
    try read(&batchSize, .batchSize)
    try read(&sequenceLength, .sequenceLength)
    try read(&warmupSteps, .warmupSteps)
    try read(&validationInterval, .validationInterval)
    try read(&logInterval, .logInterval)
    try read(&checkpointInterval, .checkpointInterval)
    try read(&beta1, .beta1)
    try read(&beta2, .beta2)
    try read(&epsilon, .epsilon)
    try read(&weightDecay, .weightDecay)
    try read(&clipNorm, .clipNorm)
    try read(&biasCorrection, .biasCorrection)
    try read(&seedOffset, .seedOffset)
    try read(&schedule, .schedule)
    decaySteps = try container.decodeIfPresent(Int.self, forKey: .decaySteps)
    try read(&decayFloor, .decayFloor)
    stopAfterTargets = try container.decodeIfPresent(Int.self, forKey: .stopAfterTargets)
  }
}
