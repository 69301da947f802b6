/// The steps that a run took to its target, as far as they are known.
public enum StepsToTarget: Sendable, Equatable {
  /// It got there at this step, by interpolation between the steps of two validations.
  case reached(Double, between: ClosedRange<Double>)
  /// It got there before its second validation, which is at this step.
  case early(before: Double)
  /// Its loss was there before the first step.
  case untrained
  /// It did not get there within as many steps, after which it ended.
  case exhausted(Double)
  /// It diverged, and would not have got there with its whole budget of steps either.
  case diverged(Double)

  /// The steps up to a crossing.
  public init(_ crossing: Crossing) {
    if crossing.isUntrained {
      self = .untrained
    } else if crossing.isEarly {
      self = .early(before: crossing.between.upperBound)
    } else {
      self = .reached(crossing.steps, between: crossing.between)
    }
  }

  /// The fewest and the most steps that it took; the interpolated ones where it got there, else one end is open.
  var ends: (least: Double, most: Double) {
    if case .reached(let steps, _) = self { return (steps, steps) }
    return range
  }

  /// The fewest and the most steps that it may have been, by what was measured; the most may be infinite.
  var range: (least: Double, most: Double) {
    switch self {
    case .reached(_, let between): (between.lowerBound, between.upperBound)
    case .early(let second): (0, second)
    case .untrained: (0, 0)
    case .exhausted(let budget), .diverged(let budget): (budget, .infinity)
    }
  }

  /// Why it is known from one side only; `nil` of one that is known from both.
  var limitation: SpeedUp.Limitation.Kind? {
    switch self {
    case .reached, .untrained: nil
    case .early: .early
    case .exhausted: .exhausted
    case .diverged: .diverged
    }
  }
}
