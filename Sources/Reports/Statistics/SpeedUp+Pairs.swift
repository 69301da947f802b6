import Foundation

extension SpeedUp {
  /// The steps of baseline and arm with one seed.
  public typealias Pair = (baseline: StepsToTarget, arm: StepsToTarget)

  /// The speed-up from runs paired by seed.
  ///
  /// With d the logarithm of a pair's ratio:
  /// - All steps known: the mean of d with Student's interval, widened to the mean of what d may be at the validations
  ///   around each crossing.
  /// - Some steps known from one side only: each d lies in a range with an open end, and the median of d between limits
  ///   from order statistics (`MedianInterval`), widened likewise. No estimate of what a run would have needed enters.
  ///
  /// - Parameter pairs: the steps of the baseline and of the arm on each seed.
  /// - Returns: what can be said of the ratio.
  public static func paired(_ pairs: [Pair]) -> SpeedUp {
    guard !pairs.isEmpty else { return .unknown(.noPairs) }
    guard !pairs.contains(where: { $0.baseline == .untrained || $0.arm == .untrained }) else {
      return .unknown(.untrained)
    }
    let isCensored = pairs.contains { $0.baseline.limitation != nil || $0.arm.limitation != nil }
    return isCensored ? median(pairs) : mean(pairs).map(SpeedUp.ratio) ?? .unknown(.noPairs)
  }

  /// The speed-up of runs over themselves, which no measurement blurs; `nil` if some steps are not known.
  static func identity(_ pairs: [Pair]) -> SpeedUp? {
    guard !pairs.isEmpty, pairs.allSatisfy({ if case .reached = $0.arm { true } else { false } }) else { return nil }
    let limit: Double? = pairs.count > 1 ? 1 : nil
    return .ratio(Ratio(value: 1, low: limit, high: limit, estimator: .identity, pairCount: pairs.count))
  }

  // MARK: - All known

  private static func mean(_ pairs: [Pair]) -> Ratio? {
    guard let estimate = Estimate.mean(of: logarithms(pairs, \.ends).map(\.low)) else { return nil }
    guard let interval = estimate.interval else {
      return Ratio(value: exp(estimate.value), estimator: .pairedT, pairCount: pairs.count)
    }
    let ranges = logarithms(pairs, \.range)
    let grain = (low: ranges.map(\.low).mean, high: ranges.map(\.high).mean)
    return Ratio(
      value: exp(estimate.value), low: exp(min(interval.lowerBound, grain.low)),
      high: exp(max(interval.upperBound, grain.high)), estimator: .pairedT, confidence: Estimate.confidence,
      pairCount: pairs.count, isCoarse: grain.high - grain.low > 0.5 * (interval.upperBound - interval.lowerBound))
  }

  // MARK: - Some known from one side only

  private static func median(_ pairs: [Pair]) -> SpeedUp {
    let interval = MedianInterval(of: logarithms(pairs, \.ends))
    let ranges = logarithms(pairs, \.range)
    let low = exp(min(interval.low, ranges.map(\.low).sorted().middle))
    let high = exp(max(interval.high, ranges.map(\.high).sorted().middle))
    let (isOpenBelow, isOpenAbove) = (low == 0, high == .infinity)
    if isOpenBelow, isOpenAbove { return .unknown(obstacle(pairs)) }
    return .ratio(
      Ratio(
        value: interval.median.map { exp($0) }, low: isOpenBelow ? nil : low, high: isOpenAbove ? nil : high,
        estimator: .medianOrderStatistics,
        confidence: isOpenBelow || isOpenAbove ? interval.oneSidedConfidence : interval.twoSidedConfidence,
        pairCount: pairs.count, limitations: limitations(pairs),
        censoredPairCount: pairs.count { $0.baseline.limitation != nil || $0.arm.limitation != nil }))
  }

  /// Why a ratio is open at both ends.
  private static func obstacle(_ pairs: [Pair]) -> Obstacle {
    let open = zip(pairs, logarithms(pairs, \.ends)).first { $0.1.low == -.infinity && $0.1.high == .infinity }
    guard let (pair, _) = open else { return .opposed }
    return pair.arm.limitation == .early ? .early : .missed
  }

  private static func limitations(_ pairs: [Pair]) -> [Limitation] {
    let found = Set(
      pairs.flatMap { pair in
        [
          pair.baseline.limitation.map { Limitation($0, isOfArm: false) },
          pair.arm.limitation.map { Limitation($0, isOfArm: true) },
        ].compactMap(\.self)
      })
    return Limitation.Kind.allCases
      .flatMap { [Limitation($0, isOfArm: false), Limitation($0, isOfArm: true)] }.filter(found.contains)
  }

  /// What each pair's logarithm lies between, from what the steps of its runs lie between.
  private static func logarithms(
    _ pairs: [Pair], _ steps: (StepsToTarget) -> (least: Double, most: Double)
  ) -> [(low: Double, high: Double)] {
    pairs.map { pair in
      let (baseline, arm) = (steps(pair.baseline), steps(pair.arm))
      return (log(baseline.least / arm.most), log(baseline.most / arm.least))
    }
  }
}
