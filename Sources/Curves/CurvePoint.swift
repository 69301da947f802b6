/// What is known of one run at one step: a row of its learning curve.
public struct CurvePoint: Sendable, Equatable {
  /// Optimizer steps done.
  public var step: Int
  /// Tokens trained on so far, special tokens counted and padding not.
  public var tokens: Int
  /// Wall-clock seconds of training and validation so far, interruptions left out.
  public var elapsedSeconds: Double
  /// What was measured at the step.
  public var measured: [Measure: Double]

  /// A point with what was measured there; nothing, if only time has passed.
  public init(step: Int, tokens: Int, elapsedSeconds: Double, measured: [Measure: Double] = [:]) {
    self.step = step
    self.tokens = tokens
    self.elapsedSeconds = elapsedSeconds
    self.measured = measured
  }

  /// The value of a measure; `nil` if it was not measured at the step.
  public subscript(measure: Measure) -> Double? {
    get { measured[measure] }
    set { measured[measure] = newValue }
  }

  /// Whether a loss has left the finite numbers here.
  public var hasDiverged: Bool { measured.contains { $0.key.isLoss && !$0.value.isFinite } }
}
