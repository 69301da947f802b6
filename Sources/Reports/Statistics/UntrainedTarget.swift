/// A target that lies above losses at which training begins.
public struct UntrainedTarget: Sendable, Equatable {
  /// The target, in nats.
  public let loss: Double
  /// How many runs are there before their first step.
  public let count: Int
  /// Of how many runs that are over.
  public let runCount: Int
}

extension Analysis {
  /// The targets that a run reached before its first step, so that they ask for no training.
  public var untrainedTargets: [UntrainedTarget] {
    study.targetLosses.compactMap { loss in
      let rows = outcomesOfRuns(.sameRate, target: loss)
      let count = rows.reduce(0) { $0 + $1.crossings.count(where: \.isUntrained) }
      let runCount = rows.reduce(0) { $0 + $1.runs.count }
      return count > 0 ? UntrainedTarget(loss: loss, count: count, runCount: runCount) : nil
    }
  }
}
