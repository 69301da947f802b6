/// By how much an arm is better than the baseline: over training, and at the end.
///
/// Both are judged by the measure of their runs, in its unit.
///
/// A gap that closes is acceleration, one that stays is quality.
public struct Gap: Sendable, Equatable {
  /// The arm's name.
  public let arm: String
  /// The baseline's name.
  public let baseline: String
  /// The largest advantage of the arm's mean curve over the baseline's.
  public let largest: Double
  /// The step of the largest advantage.
  public let largestStep: Int
  /// The mean over paired seeds of the arm's advantage at the end, with its 95% interval.
  public let final: Estimate

  /// What becomes of the gap.
  public enum Verdict: Sendable, Equatable {
    /// A single pair of runs: not told apart from chance.
    case unjudged
    /// The whole interval at the end lies within a quarter of the largest gap.
    case closed
    /// The interval at the end holds zero, and more than a quarter of the largest gap besides.
    case uncertain
    /// The arm ends better than the baseline.
    case armBetter
    /// The arm ends worse than the baseline.
    case baselineBetter
  }

  /// The share of the largest gap within which what is left counts as closed.
  private static let remainder = 0.25

  /// What becomes of the gap by the end.
  public var verdict: Verdict {
    guard let interval = final.interval else { return .unjudged }
    let rest = Self.remainder * largest
    if largest > 0, -rest <= interval.lowerBound, interval.upperBound <= rest { return .closed }
    if interval.contains(0) { return .uncertain }
    return final.value > 0 ? .armBetter : .baselineBetter
  }

  /// The gap between runs paired by seed; `nil` if no seed has both, or they were never measured at the same step.
  ///
  /// - Parameters:
  ///   - arm: the arm's name.
  ///   - baseline: the baseline's name.
  ///   - armRuns: the arm's finished runs.
  ///   - baselineRuns: the baseline's finished runs.
  init?(arm: String, baseline: String, armRuns: [Run], baselineRuns: [Run]) {
    let pairs = armRuns.compactMap { run in
      baselineRuns.first { $0.cell.seed == run.cell.seed }.map { (baseline: $0, arm: run) }
    }
    guard let measure = pairs.first?.arm.measure else { return nil }
    let finals = pairs.compactMap { pair in
      pair.baseline.finalValue.flatMap { other in pair.arm.finalValue.map { measure.advantage(of: $0, over: other) } }
    }
    let other = MeanCurve(pairs.map(\.baseline)).points
    let own = Dictionary(MeanCurve(pairs.map(\.arm)).points.map { ($0.step, $0.value) }) { $1 }
    let advantages = other.compactMap { point in
      own[point.step].map { (point.step, measure.advantage(of: $0, over: point.value)) }
    }
    guard let final = Estimate.mean(of: finals), let largest = advantages.max(by: { $0.1 < $1.1 }) else { return nil }
    self.arm = arm
    self.baseline = baseline
    self.final = final
    (largestStep, self.largest) = largest
  }
}

/// The mean of some runs' measure at each step at which all of them took it.
struct MeanCurve {
  /// The means by step.
  let points: [(step: Int, value: Double)]

  init(_ runs: [Run]) {
    var values: [Int: [Double]] = [:]
    for run in runs {
      for (step, value) in run.validations where value.isFinite { values[step, default: []].append(value) }
    }
    points = values.filter { $0.value.count == runs.count }.map { ($0.key, $0.value.mean) }.sorted { $0.0 < $1.0 }
  }
}
