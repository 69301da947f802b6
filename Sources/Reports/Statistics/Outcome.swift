/// What an arm at a learning rate made of a target loss, beside a baseline: a row of `summary.csv`.
public struct Outcome: Sendable, Equatable {
  /// How the learning rates of arm and baseline were chosen.
  public enum Selection: String, Sendable, CaseIterable {
    /// Both at this learning rate.
    case sameRate = "same-rate"
    /// Each at the learning rate that was chosen for it (`RateChoice`).
    case best
  }

  /// The arm.
  public let arm: Study.Arm
  /// The arm's peak learning rate.
  public let learningRate: Double
  /// The name of the arm that it is compared with; its own, if that is none.
  public let baseline: String
  /// The baseline's peak learning rate; `nil` if it has none to compare with.
  public let baselineLearningRate: Double?
  /// How the learning rates were chosen.
  public let selection: Selection
  /// The held-out loss to reach, in nats; `nil` in an experiment without targets.
  public let target: Double?
  /// The runs that came to an end: finished, or diverged, which counts as not having reached any target.
  public let runs: [Run]
  /// Where each finished run that reached the target did.
  public let crossings: [Crossing]
  /// The seeds of which both this arm's and the baseline's run came to an end.
  public let pairCount: Int
  /// The speed-up over the baseline.
  public let speedUp: SpeedUp

  /// Whether the arm stands for itself, compared with no other.
  public var isBaseline: Bool { arm.name == baseline }

  /// How many of the runs diverged.
  public var divergedCount: Int { runs.count { $0.hasDiverged } }
  /// Whether the row says nothing of the steps to a target: no run got there, and no ratio is bounded.
  public var isSilent: Bool {
    target != nil && crossings.isEmpty && isUnknown
  }
  /// Whether nothing can be said of the speed-up.
  public var isUnknown: Bool { if case .unknown = speedUp { true } else { false } }
  /// Whether there are runs and all of them reached the target.
  public var allReached: Bool { !runs.isEmpty && crossings.count == runs.count }
  /// Whether a run was at the target before its second validation, which leaves no mean but a bound.
  public var isEarly: Bool { crossings.contains(where: \.isEarly) }
  /// The geometric mean of the steps to the target; `nil` unless all runs reached it, none of them early.
  public var steps: Double? { isEarly ? nil : mean(\.steps) }
  /// The geometric mean of the most steps that the runs may have taken to the target, where one was early.
  public var mostSteps: Double? { isEarly ? mean { $0.isEarly ? $0.between.upperBound : $0.steps } : nil }
  /// The geometric mean of the tokens to the target, as `steps`.
  public var tokens: Double? { isEarly ? nil : mean(\.tokens) }
  /// The geometric mean of the seconds to the target, as `steps`.
  public var seconds: Double? { isEarly ? nil : mean(\.seconds) }
  /// Floating-point operations to the target, the tokens' times the formula's; `nil` as `steps`.
  public var flops: Double? { tokens.map { $0 * arm.flopsPerToken } }
  /// The values of the measure at the end of the finished runs.
  public var finalValues: [Double] { runs.compactMap(\.finalValue) }

  /// A mean over the reached runs alone would flatter, so there is none unless all reached.
  private func mean(_ quantity: (Crossing) -> Double) -> Double? {
    guard allReached else { return nil }
    let values = crossings.map(quantity)
    return values.contains(0) ? 0 : Estimate.geometricMean(of: values)?.value
  }
}
