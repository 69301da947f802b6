/// How many times fewer steps an arm needs than the baseline, or why that is not known.
public enum SpeedUp: Sendable, Equatable {
  /// A ratio of steps, known from both sides or from one.
  case ratio(Ratio)
  /// Nothing can be said.
  case unknown(Obstacle)

  /// A ratio of steps, as far as it is known.
  public struct Ratio: Sendable, Equatable {
    /// The ratio itself; `nil` where it is known from one side only, or between two limits.
    public var value: Double?
    /// Its lower limit; `nil` where it is not known from below, or has no interval.
    public var low: Double?
    /// Its upper limit; `nil` where it is not known from above, or has no interval.
    public var high: Double?
    /// What value and limits are.
    public var estimator: Estimator
    /// The confidence of both limits, or of the one that there is; `nil` where there is none or nothing to doubt.
    public var confidence: Double?
    /// How many pairs of runs it is of.
    public var pairCount: Int
    /// Whether the steps between validations are coarse beside the interval: they make up more than half of it.
    public var isCoarse: Bool
    /// Why runs' steps are known from one side only, each reason once; empty where all are known.
    public var limitations: [Limitation]
    /// How many pairs have a run whose steps are known from one side only.
    public var censoredPairCount: Int

    /// A ratio.
    public init(
      value: Double?, low: Double? = nil, high: Double? = nil, estimator: Estimator, confidence: Double? = nil,
      pairCount: Int, isCoarse: Bool = false, limitations: [Limitation] = [], censoredPairCount: Int = 0
    ) {
      self.value = value
      self.low = low
      self.high = high
      self.estimator = estimator
      self.confidence = confidence
      self.pairCount = pairCount
      self.isCoarse = isCoarse
      self.limitations = limitations
      self.censoredPairCount = censoredPairCount
    }

    /// Both limits, if there are both.
    public var interval: ClosedRange<Double>? {
      if let low, let high { low...high } else { nil }
    }

    /// The limit of a ratio that is known from one side only.
    public var bound: Bound? {
      switch (low, high) {
      case (let low?, nil): .atLeast(low)
      case (nil, let high?): .atMost(high)
      default: nil
      }
    }
  }

  /// The one limit of a ratio.
  public enum Bound: Sendable, Equatable {
    /// The ratio is no smaller.
    case atLeast(Double)
    /// The ratio is no larger.
    case atMost(Double)

    /// The limit.
    public var value: Double {
      switch self {
      case .atLeast(let value), .atMost(let value): value
      }
    }
  }

  /// What a ratio and its limits are.
  public enum Estimator: String, Sendable {
    /// A baseline over itself: 1.
    case identity
    /// The geometric mean over paired seeds with Student's t interval, where every run's steps are known.
    case pairedT = "paired-t"
    /// The median over paired seeds with limits from order statistics, where some are known from one side only.
    case medianOrderStatistics = "median-order-statistics"
  }

  /// Why a run's steps are known from one side only, and whose run it is.
  public struct Limitation: Sendable, Hashable {
    /// What happened to the run.
    public var kind: Kind
    /// Whether it is the arm's run, or else the baseline's.
    public var isOfArm: Bool

    /// What happened to a run.
    public enum Kind: Sendable, CaseIterable {
      /// Its budget ended above the target.
      case exhausted
      /// It diverged.
      case diverged
      /// It was at the target before its second validation.
      case early
    }

    /// A reason.
    public init(_ kind: Kind, isOfArm: Bool) {
      self.kind = kind
      self.isOfArm = isOfArm
    }
  }

  /// Why nothing can be said.
  public enum Obstacle: Sendable {
    /// There is no seed of which both runs are over.
    case noPairs
    /// The target is no target: a run was there before its first step.
    case untrained
    /// The ratio is open at both ends, and on some seed both were there before the second validation.
    case early
    /// The ratio is open at both ends, and on some seed neither got there.
    case missed
    /// The ratio is open below on one seed and open above on another.
    case opposed
  }
}
