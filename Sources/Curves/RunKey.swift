/// What tells the runs of one experiment apart.
public struct RunKey: Sendable, Hashable {
  /// The arm's name.
  public var arm: String
  /// The peak of the learning rate.
  public var learningRate: Double
  /// The seed, as the experiment lists it.
  public var seed: Int

  /// A key from its parts.
  public init(arm: String, learningRate: Double, seed: Int) {
    self.arm = arm
    self.learningRate = learningRate
    self.seed = seed
  }
}

extension CurveRow {
  /// The run that the row belongs to.
  public var run: RunKey { RunKey(arm: arm, learningRate: learningRatePeak, seed: seed) }
}
