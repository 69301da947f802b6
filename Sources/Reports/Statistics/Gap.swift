/// How far an arm's held-out loss lies below the baseline's: over training, and at the end.
///
/// A gap that closes is acceleration, one that stays is quality.
public struct Gap: Sendable, Equatable {
  /// The arm's name.
  public let arm: String
  /// The largest difference of the mean curves, baseline less arm, in nats.
  public let largest: Double
  /// The step of the largest difference.
  public let largestStep: Int
  /// The mean over paired seeds of the final difference, baseline less arm, in nats, with its 95% interval.
  public let final: Estimate

  /// What becomes of the gap.
  public enum Verdict: Sendable, Equatable {
    /// A single pair of runs: not told apart from chance.
    case unjudged
    /// The interval at the end holds zero, and most of the largest gap is gone.
    case closed
    /// The interval at the end holds zero, and much besides.
    case uncertain
    /// The arm ends below the baseline.
    case armBetter
    /// The arm ends above the baseline.
    case baselineBetter
  }

  /// The share of the largest gap below which what is left counts as closed, if chance could have left it.
  private static let remainder = 0.25

  /// What becomes of the gap by the end.
  public var verdict: Verdict {
    guard let interval = final.interval else { return .unjudged }
    if interval.contains(0) { return abs(final.value) < Self.remainder * max(largest, 0) ? .closed : .uncertain }
    return final.value > 0 ? .armBetter : .baselineBetter
  }

  /// The gap between runs paired by seed; `nil` if no seed has both, or they were never measured at the same step.
  ///
  /// - Parameters:
  ///   - arm: the arm's name.
  ///   - armRuns: the arm's finished runs.
  ///   - baselineRuns: the baseline's finished runs.
  init?(arm: String, armRuns: [Run], baselineRuns: [Run]) {
    let pairs = armRuns.compactMap { run in
      baselineRuns.first { $0.cell.seed == run.cell.seed }.map { (baseline: $0, arm: run) }
    }
    let finals = pairs.compactMap { pair in
      pair.baseline.finalLoss.flatMap { loss in pair.arm.finalLoss.map { loss - $0 } }
    }
    let baseline = MeanCurve(pairs.map(\.baseline)).points
    let own = Dictionary(MeanCurve(pairs.map(\.arm)).points.map { ($0.step, $0.loss) }) { $1 }
    let differences = baseline.compactMap { point in own[point.step].map { (point.step, point.loss - $0) } }
    guard let final = Estimate.mean(of: finals), let largest = differences.max(by: { $0.1 < $1.1 }) else { return nil }
    self.arm = arm
    self.final = final
    (largestStep, self.largest) = largest
  }
}

/// The mean held-out loss of some runs at each step at which all of them measured it.
struct MeanCurve {
  /// The means by step, in nats.
  let points: [(step: Int, loss: Double)]

  init(_ runs: [Run]) {
    var losses: [Int: [Double]] = [:]
    for run in runs {
      for (step, loss) in run.validations where loss.isFinite { losses[step, default: []].append(loss) }
    }
    points = losses.filter { $0.value.count == runs.count }.map { ($0.key, $0.value.mean) }.sorted { $0.0 < $1.0 }
  }
}
