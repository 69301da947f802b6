import Curves
import Testing

@testable import Reports

/// The rule by which learning rates are chosen, criterion by criterion.
struct RateChoiceTests {
  private let rates = [1e-3, 2e-3, 4e-3]

  /// The choice for `slow` from curves that fall at a slope a rate and seed, and may end elsewhere.
  private func choice(
    _ slopes: [[Double]], ends: [Double] = [], targets: [Double] = [4],
    _ change: (inout Study) -> Void = { _ in }, alter: (inout CurveRow) -> Void = { _ in }
  ) throws -> RateChoice {
    let study = study { study in
      (study.learningRates, study.targetLosses) = (rates, targets)
      study.arms.removeLast()
      change(&study)
    }
    var rows = rows(study, slopes: [:])
    for i in rows.indices {
      let rate = try #require(rates.firstIndex(of: rows[i].learningRatePeak))
      rows[i].point[.validationLoss] = 6 - slopes[rate][rows[i].seed] * Double(rows[i].point.step) / 100
      if rows[i].point.step == 400, !ends.isEmpty { rows[i].point[.validationLoss] = ends[rate] }
      alter(&rows[i])
    }
    return try #require(Analysis(study: study, rows: rows).rateChoices.first)
  }

  /// At 0.004 the one seed that gets there is the soonest.
  @Test func theMostSeedsThatReachTheTargetComeFirst() throws {
    let choice = try choice([[0.6, 0.2], [0.6, 0.6], [1.5, 0.2]])
    #expect(choice.rate == 2e-3)
    #expect(choice.candidates.map(\.reachedCount) == [1, 2, 1])
    #expect(choice.reason == "slow's learning rate is 0.002: 2 seeds reached 4 nats, more than at any other rate.")
  }

  /// The mean is of logarithms: 100 and 250 steps are sooner than 211 and 200.
  ///
  /// The losses at the end say otherwise.
  @Test func thenTheFewestStepsByTheirLogarithms() throws {
    let choice = try choice([[0.95, 1], [2, 0.8], [0.8, 0.8]], ends: [1, 3.5, 0.5])
    #expect(choice.rate == 2e-3)
    #expect(choice.isInterior)
    #expect(abs(try #require(choice.chosen.steps) - (100 * 250.0).squareRoot()) < 1e-9)
    #expect(choice.reason.contains("and after the fewest steps ("))
  }

  @Test func thenTheLowestLossAtTheEnd() throws {
    let missed = try choice([[0.1, 0.1], [0.2, 0.2], [0.3, 0.3]])
    #expect(missed.rate == 4e-3 && !missed.isInterior)
    #expect(
      missed.reason.contains("no seed reached 4 nats at any rate, and its mean held-out loss at the end, 4.800, is "))
    let equal = try choice([[1, 1], [1, 1], [1, 1]], ends: [2, 1.5, 1.8])
    #expect(equal.rate == 2e-3)
    #expect(equal.reason.contains("after 200 steps, and no other rate is better by the rule"))
  }

  /// Without targets the loss at the end decides alone, among rates at which equally many seeds finished.
  @Test func withoutTargetsTheEndDecides() throws {
    let choice = try choice([[0.1, 0.1], [0.3, 0.3], [0.9, 0.9]], targets: []) { _ in
    } alter: { row in
      if row.learningRatePeak == 4e-3, row.seed == 1, row.point.step == 200 { row.point[.trainingLoss] = .nan }
    }
    #expect(choice.rate == 2e-3 && choice.target == nil)
    #expect(choice.candidates.map(\.divergedCount) == [0, 0, 1])
    #expect(choice.reason.contains("loss at the end, 4.800, is the lowest of those that compare."))
  }

  /// Runs that ended at different steps have ends that do not compare: the first rate stays.
  @Test func endsOfDifferentLengthsDoNotDecide() throws {
    func rate(extraSteps: Int) throws -> Double {
      try choice([[1, 1], [1, 1], [1, 1]], ends: [3, 2, 1]) { study in
        study.arms[0].stop = TargetStop(target: 4, extraSteps: extraSteps)
      } alter: { row in
        // At the first rate the curve breaks off where the rule lets it.
        if row.learningRatePeak == 1e-3, row.point.step > 250 { row.seed = 99 }
      }.rate
    }
    let short = try rate(extraSteps: 0)
    #expect(short == 1e-3)
    let whole = try rate(extraSteps: 1000)
    #expect(whole == 4e-3, "there the first rate has no finished run")
  }

  @Test(arguments: [([4, 3, 2], 3), ([4, 2], 4), ([2], 2), ([2, 3, 4, 5], 4)] as [([Double], Double)])
  func theMiddleTargetDecides(targets: [Double], middle: Double) {
    let study = study { $0.targetLosses = targets }
    #expect(study.decidingTarget(of: study.arms[0]) == middle)
  }

  /// At 0.001 the easy target is reached sooner, at 0.002 the hard one.
  @Test func anotherTargetMayDecide() throws {
    var study = study { ($0.learningRates, $0.targetLosses) = ([1e-3, 2e-3], [5, 3]) }
    var rows = rows(study, slopes: [:])
    for i in rows.indices {
      let step = Double(rows[i].point.step)
      rows[i].point[.validationLoss] =
        rows[i].learningRatePeak == 1e-3 ? max(4.5, 6 - step / 50) : 6 - step / 100
    }
    #expect(Analysis(study: study, rows: rows).bestRate(of: "slow") == 1e-3)
    study.arms[0].decidingTarget = 3
    #expect(Analysis(study: study, rows: rows).bestRate(of: "slow") == 2e-3)
    #expect(Analysis(study: study, rows: rows).bestRate(of: "fast") == 1e-3)
  }

  @Test func oneRateIsNothingToChoose() throws {
    let choice = try #require(analysis(study(), falling: { _ in 1 }).rateChoices.first)
    #expect(choice.isInterior && choice.reason == "slow's learning rate is 0.001, the only one that was tried.")
  }
}
