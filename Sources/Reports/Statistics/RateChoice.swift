import Curves

/// The learning rate that is chosen for an arm, from runs at all that were tried.
///
/// The rule, of a sweep and of tuning alike: the rate at which the most seeds reach the deciding target, then the one with
/// the lowest mean logarithm of the steps to it, then the one with the lowest mean held-out loss at the end. Without a
/// target the last decides alone.
///
/// Losses at the end are compared only between rates at which all finished runs ended at the same step, and only between
/// those at which the most seeds finished: where others diverged, the mean of the rest would flatter.
public struct RateChoice: Sendable, Equatable {
  /// The arm's name.
  public let arm: String
  /// The target that decides; `nil` if there is none.
  public let target: Double?
  /// What the runs made of each rate, in the order in which the study lists them.
  public let candidates: [Candidate]
  /// The one that was chosen.
  public let chosen: Candidate

  /// A learning rate that was tried.
  public struct Candidate: Sendable, Equatable {
    /// The peak learning rate.
    public let rate: Double
    /// How many seeds finished.
    public let finishedCount: Int
    /// How many seeds diverged.
    public let divergedCount: Int
    /// How many seeds reached the deciding target.
    public let reachedCount: Int
    /// The geometric mean of the steps to it, over the seeds that reached it; `nil` if none did.
    public let steps: Double?
    /// The mean of the measure at the end of the finished runs; `nil` if there are none.
    public let finalValue: Double?
    /// The step at which all finished runs ended; `nil` if they ended at different ones.
    public let lastStep: Int?
  }

  /// The rate that was chosen.
  public var rate: Double { chosen.rate }

  /// Whether lower and higher rates were tried than the one chosen, or no other at all.
  ///
  /// A better one may lie beyond the edge of the grid.
  public var isInterior: Bool {
    let rates = candidates.map(\.rate)
    return rates.count == 1 || rates.contains { $0 < rate } && rates.contains { $0 > rate }
  }

  /// The choices for all arms that have a finished run.
  ///
  /// - Parameters:
  ///   - study: what was run.
  ///   - runs: its runs.
  ///   - measure: what the runs are judged by.
  /// - Returns: one choice an arm, in the order of the arms.
  public static func choices(
    for study: Study, from runs: [Run], by measure: Measure = .validationLoss
  ) -> [RateChoice] {
    let table = RunTable(runs: runs)
    return study.arms.compactMap { arm in
      let target = study.decidingTarget(of: arm)
      let candidates = study.learningRates(of: arm).map { rate in
        Candidate(rate: rate, runs: table.ended(arm.name, rate), target: target)
      }
      let eligible = candidates.filter { $0.finishedCount > 0 }
      guard var chosen = eligible.first else { return nil }
      for other in eligible.dropFirst() where other.isBetter(than: chosen, by: measure) { chosen = other }
      return RateChoice(arm: arm.name, target: target, candidates: candidates, chosen: chosen)
    }
  }
}

extension RateChoice.Candidate {
  /// What runs that are over made of a rate.
  init(rate: Double, runs: [Run], target: Double?) {
    let crossings = target.map { target in runs.compactMap { $0.crossing(at: target) } } ?? []
    let finished = runs.filter { $0.finalValue != nil }
    let steps = crossings.map(\.steps)
    self.rate = rate
    finishedCount = finished.count
    divergedCount = runs.count - finished.count
    reachedCount = crossings.count
    self.steps = steps.contains(0) ? 0 : Estimate.geometricMean(of: steps)?.value
    finalValue = finished.isEmpty ? nil : finished.compactMap(\.finalValue).mean
    lastStep = Set(finished.map(\.steps)).count == 1 ? finished[0].steps : nil
  }

  /// Whether the rule prefers this rate to another one.
  fileprivate func isBetter(than other: Self, by measure: Measure) -> Bool {
    if reachedCount != other.reachedCount { return reachedCount > other.reachedCount }
    if let steps, let theirs = other.steps, steps != theirs { return steps < theirs }
    if finishedCount != other.finishedCount { return finishedCount > other.finishedCount }
    guard let lastStep, lastStep == other.lastStep, let finalValue, let theirs = other.finalValue else { return false }
    return measure.advantage(of: finalValue, over: theirs) > 0
  }
}
