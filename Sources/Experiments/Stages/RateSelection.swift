import Training

/// How an experiment finds the learning rate of each arm: the object `selection` of its file.
///
/// Every arm is trained at every rate of the grid on tuning seeds, which are never reported. Then the rates are frozen.
public struct RateSelection: Codable, Sendable, Equatable {
  /// The grid, the same for every arm.
  public var learningRates: [Double]
  /// The seeds of the tuning runs.
  public var seeds: [Int]
  /// The target that decides, one of the experiment's; `nil` for the middle one.
  public var target: Double?
  /// How many rates the grid may be extended by at either end.
  public var extensions: Int
  /// How many of the experiment's seeds an arm gets that reached no target at any rate; `nil` for all.
  public var seedsOfUnreached: Int?
}

/// Runs of one budget with a decay, from which final losses are read: the object `quality` of an experiment file.
public struct QualityRuns: Codable, Sendable, Equatable {
  /// Their seeds.
  public var seeds: [Int]
  /// Their optimizer steps; `nil` for those of `training`.
  public var steps: Int?
  /// What their learning rate does after the warm-up.
  public var schedule: LearningRateSchedule.Shape

  /// How runs are trained, given how those of the evaluation are.
  func training(_ evaluation: TrainingConfiguration) -> TrainingConfiguration {
    var training = evaluation
    training.steps = steps ?? training.steps
    training.schedule = schedule
    training.stopAfterTargets = nil
    return training
  }
}
