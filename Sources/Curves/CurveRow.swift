/// A line of `curves.csv`: a point of a run's learning curve, and which run it is.
public struct CurveRow: Sendable, Equatable {
  /// The experiment's name.
  public var experiment: String
  /// The arm's name.
  public var arm: String
  /// The family of the arm's position encoding.
  public var position: String
  /// The peak of the run's learning rate.
  public var learningRatePeak: Double
  /// The run's seed, as the experiment lists it.
  public var seed: Int
  /// What was measured.
  public var point: CurvePoint

  /// A row from its parts.
  public init(experiment: String, arm: String, position: String, learningRatePeak: Double, seed: Int, point: CurvePoint)
  {
    self.experiment = experiment
    self.arm = arm
    self.position = position
    self.learningRatePeak = learningRatePeak
    self.seed = seed
    self.point = point
  }
}
