/// What is known of one run at one step: a row of its learning curve.
///
/// The units stand in the names; a value that was not measured at the step is `nil`.
public struct CurvePoint: Codable, Sendable, Equatable {
  /// Optimizer steps done.
  public var step: Int
  /// Tokens trained on so far, special tokens counted and padding not.
  public var tokens: Int
  /// Wall-clock seconds of training and validation so far, interruptions left out.
  public var elapsedSeconds: Double
  /// The learning rate of the step.
  public var learningRate: Double?
  /// The global gradient norm of the step, before clipping.
  public var gradientNorm: Double?
  /// The mean loss over the masked tokens of the step's batch, in nats.
  public var trainLossNats: Double?
  /// The mean loss over the held-out masked tokens, in nats.
  public var validationLossNats: Double?
  /// The share of held-out masked tokens that the largest logit names.
  public var validationAccuracy: Double?

  /// A point at which only time has passed.
  public init(step: Int, tokens: Int, elapsedSeconds: Double) {
    self.step = step
    self.tokens = tokens
    self.elapsedSeconds = elapsedSeconds
  }
}
