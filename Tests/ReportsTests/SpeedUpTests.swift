import Foundation
import Testing

@testable import Reports

/// Pairs of steps that are known exactly, or not at all.
private func known(_ steps: Double) -> StepsToTarget { .reached(steps, between: steps...steps) }

struct SpeedUpTests {
  // MARK: - All known

  /// Expected values are SciPy 1.17's.
  @Test func ratiosArePairedOnLogarithms() throws {
    let pairs = zip([900.0, 1000, 1200], [300.0, 310, 350]).map { (baseline: known($0), arm: known($1)) }
    let ratio = try #require(SpeedUp.paired(pairs).ratio)
    let interval = try #require(ratio.interval)
    #expect(abs(try #require(ratio.value) - 3.213346713253445) < 1e-10)
    #expect(abs(interval.lowerBound - 2.7216789898638867) < 1e-10)
    #expect(abs(interval.upperBound - 3.7938335630437843) < 1e-10)
    #expect(!ratio.isCoarse && ratio.estimator == .pairedT && ratio.confidence == 0.95 && ratio.pairCount == 3)
  }

  @Test func oneSeedHasNoInterval() {
    #expect(
      SpeedUp.paired([(known(400), known(100))]) == .ratio(.init(value: exp(log(4)), estimator: .pairedT, pairCount: 1))
    )
  }

  /// Two seeds that crossed at nearly the same steps of validations 50 steps apart: the interval of the seeds alone would
  /// be a tenth of what the measurement can tell.
  @Test func noIntervalIsNarrowerThanTheGrain() throws {
    let speedUp = SpeedUp.paired([
      (.reached(220, between: 200...250), .reached(110, between: 100...150)),
      (.reached(221, between: 200...250), .reached(110, between: 100...150)),
    ])
    let interval = try #require(speedUp.ratio?.interval)
    #expect(abs(interval.lowerBound - 200.0 / 150) < 1e-12)
    #expect(abs(interval.upperBound - 250.0 / 100) < 1e-12)
    #expect(speedUp.text == "2.00× (1.33× to 2.50×; coarse validations)")
  }

  /// A grain within the interval of the seeds changes nothing, and is named from half of the interval on.
  @Test(arguments: [(1.0, false), (40.0, true)]) func aCoarseGrainIsNamed(step: Double, isCoarse: Bool) throws {
    func run(_ steps: Double) -> StepsToTarget { .reached(steps, between: steps - step...steps + step) }
    let ratio = try #require(SpeedUp.paired([900, 1000, 1100].map { (run($0), run(300)) }).ratio)
    let exact = try #require(SpeedUp.paired([900, 1000, 1100].map { (known($0), known(300)) }).ratio)
    #expect(ratio.value == exact.value)
    #expect(ratio.interval == exact.interval)
    #expect(ratio.isCoarse == isCoarse)
  }

  // MARK: - Some known from one side only

  /// The ratios are 4 and at least 9: the median is no smaller than the smaller of them, if at all, in three of four
  /// draws of two.
  @Test func aBaselineThatMissedLeavesALowerLimit() throws {
    let speedUp = SpeedUp.paired([(known(400), known(100)), (.exhausted(900), known(100))])
    let ratio = try #require(speedUp.ratio)
    guard case .atLeast(let limit) = ratio.bound else {
      Issue.record("no lower limit")
      return
    }
    #expect(abs(limit - 4) < 1e-12)
    #expect(ratio.value == nil && ratio.confidence == 0.75 && ratio.censoredPairCount == 1)
    #expect(ratio.limitations == [.init(.exhausted, isOfArm: false)])
    #expect(speedUp.text == "at least 4.00× (75% one-sided, budget exhausted)")
  }

  @Test func anArmThatMissedLeavesAnUpperLimit() {
    let speedUp = SpeedUp.paired([(known(400), .exhausted(1600)), (known(50), known(100)), (known(60), known(100))])
    #expect(speedUp.text == "median 0.50×, at most 0.60× (87.5% one-sided, budget exhausted)")
  }

  /// Nine seeds keep 95% with the second smallest and the second largest: one that is open on one side leaves an interval.
  @Test func manySeedsHaveAnIntervalInSpiteOfOneThatMissed() throws {
    let pairs = (1...8).map { (baseline: known(Double($0) * 100), arm: known(100)) } + [(.exhausted(900), known(100))]
    let speedUp = SpeedUp.paired(pairs)
    let ratio = try #require(speedUp.ratio)
    let interval = try #require(ratio.interval)
    #expect(abs(interval.lowerBound - 2) < 1e-12 && abs(interval.upperBound - 8) < 1e-12)
    #expect(abs(try #require(ratio.value) - 5) < 1e-12)
    #expect(speedUp.text == "median 5.00×, 2.00× to 8.00× (96.1%, budget exhausted)")
  }

  @Test func aLimitOfOneSeedHasNoConfidence() {
    let missed = SpeedUp.paired([(.exhausted(800), known(100))])
    #expect(missed.text == "at least 8.00× (one seed: no confidence, budget exhausted)")
    #expect(missed.confidence == 0.5)
    #expect(
      SpeedUp.paired([(.diverged(900), known(100))]).text
        == "at least 9.00× (one seed: no confidence, a seed diverged)")
  }

  /// Equal ratios have no spread, but the arms' crossings were measured with a grain.
  @Test func aLimitIsNoTighterThanTheGrain() throws {
    let pair: SpeedUp.Pair = (.exhausted(900), .reached(110, between: 100...150))
    #expect(abs(try #require(SpeedUp.paired([pair, pair]).low) - 6) < 1e-12)
  }

  /// What lies before the second validation may lie anywhere before it.
  @Test func earlyCrossingsLeaveOneSideOpen() throws {
    let early = StepsToTarget.early(before: 50)
    func bound(_ pair: SpeedUp.Pair) -> SpeedUp.Bound? {
      SpeedUp.paired([pair]).ratio?.bound.map { bound in
        switch bound {
        case .atLeast(let value): .atLeast((value * 1e9).rounded() / 1e9)
        case .atMost(let value): .atMost((value * 1e9).rounded() / 1e9)
        }
      }
    }
    #expect(bound((known(400), early)) == .atLeast(8))
    #expect(bound((early, known(100))) == .atMost(0.5))
    #expect(bound((.exhausted(400), early)) == .atLeast(8))
    #expect(bound((early, .exhausted(400))) == .atMost(0.125))
    let both = try #require(SpeedUp.paired([(.exhausted(400), early)]).ratio)
    #expect(both.limitations == [.init(.exhausted, isOfArm: false), .init(.early, isOfArm: true)])
    #expect(SpeedUp.paired([(early, early)]) == .unknown(.early))
    #expect(SpeedUp.paired([(early, early), (known(400), known(100))]) == .unknown(.early))
  }

  // MARK: - Nothing known

  @Test func whatCannotBeSaidHasAReason() {
    #expect(SpeedUp.paired([(.exhausted(9), .exhausted(9)), (known(4), known(1))]) == .unknown(.missed))
    #expect(SpeedUp.paired([(.exhausted(9), known(1)), (known(4), .exhausted(9))]) == .unknown(.opposed))
    #expect(SpeedUp.paired([]) == .unknown(.noPairs))
    #expect(SpeedUp.paired([(.untrained, .untrained)]) == .unknown(.untrained))
    #expect(SpeedUp.paired([(known(4), known(1)), (.untrained, known(1))]) == .unknown(.untrained))
  }
}
