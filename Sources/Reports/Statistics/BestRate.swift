import Curves

/// A learning rate chosen for an arm.
public struct BestRate: Sendable, Equatable {
  /// The peak learning rate.
  public let rate: Double
  /// Whether it is the lowest or the highest of several that were tried: a better one may lie beyond.
  public let isAtEdge: Bool

  /// How it is chosen, as the report says it.
  static let rule =
    "An arm's best learning rate is the one with the lowest mean held-out loss at the end. Only the rates at which the "
    + "most seeds finished are compared: where others diverged, the mean of the rest would flatter. The choice looks at "
    + "the seeds that are reported, too."

  /// The same in a line.
  static let shortRule = "An arm's best learning rate is the one with the lowest mean held-out loss at the end."

  /// The best rate of each arm that has a finished run, by the arm's name.
  static func choices(_ study: Study, _ runs: [Run], by measure: Measure) -> [String: BestRate] {
    var result: [String: BestRate] = [:]
    for arm in study.arms {
      let candidates = study.learningRates.map { rate in
        (rate: rate, values: Analysis.finished(runs, arm.name, rate).compactMap(\.finalValue))
      }
      let most = candidates.map(\.values.count).max() ?? 0
      guard most > 0,
        let best = candidates.filter({ $0.values.count == most })
          .min(by: { measure.advantage(of: $0.values.mean, over: $1.values.mean) > 0 })
      else { continue }
      let rates = study.learningRates
      result[arm.name] = BestRate(
        rate: best.rate, isAtEdge: rates.count > 1 && (best.rate == rates.min() || best.rate == rates.max()))
    }
    return result
  }
}
