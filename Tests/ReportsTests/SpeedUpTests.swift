import Foundation
import Testing

@testable import Reports

/// Pairs of steps that are known exactly, or not at all.
private func known(_ steps: Double) -> StepsToTarget { .reached(steps, between: steps...steps) }

struct SpeedUpTests {
  /// Expected values are SciPy 1.17's.
  @Test func ratiosArePairedOnLogarithms() throws {
    let pairs = zip([900.0, 1000, 1200], [300.0, 310, 350]).map { (baseline: known($0), arm: known($1)) }
    guard case .ratio(let ratio) = SpeedUp.paired(pairs) else {
      Issue.record("no ratio")
      return
    }
    let interval = try #require(ratio.interval)
    #expect(abs(ratio.value - 3.213346713253445) < 1e-10)
    #expect(abs(interval.lowerBound - 2.7216789898638867) < 1e-10)
    #expect(abs(interval.upperBound - 3.7938335630437843) < 1e-10)
    #expect(!ratio.isCoarse)
  }

  @Test func oneSeedHasNoInterval() {
    #expect(SpeedUp.paired([(known(400), known(100))]) == .ratio(.init(value: 4, interval: nil)))
  }

  /// Two seeds that crossed at nearly the same steps of validations 50 steps apart: the interval of the seeds alone would
  /// be a tenth of what the measurement can tell.
  @Test func noIntervalIsNarrowerThanTheGrain() throws {
    let pairs: [(baseline: StepsToTarget, arm: StepsToTarget)] = [
      (.reached(220, between: 200...250), .reached(110, between: 100...150)),
      (.reached(221, between: 200...250), .reached(110, between: 100...150)),
    ]
    guard case .ratio(let ratio) = SpeedUp.paired(pairs) else {
      Issue.record("no ratio")
      return
    }
    let interval = try #require(ratio.interval)
    #expect(abs(interval.lowerBound - 200.0 / 150) < 1e-12)
    #expect(abs(interval.upperBound - 250.0 / 100) < 1e-12)
    #expect(ratio.isCoarse)
    #expect(SpeedUp.ratio(ratio).text == "2.00× (1.33× to 2.50×; coarse validations)")
  }

  /// A grain within the interval of the seeds changes nothing, and is named from half of the interval on.
  @Test(arguments: [(1.0, false), (40.0, true)]) func aCoarseGrainIsNamed(step: Double, isCoarse: Bool) throws {
    func run(_ steps: Double) -> StepsToTarget { .reached(steps, between: steps - step...steps + step) }
    guard case .ratio(let ratio) = SpeedUp.paired([900, 1000, 1100].map { (run($0), run(300)) }),
      case .ratio(let exact) = SpeedUp.paired([900, 1000, 1100].map { (known($0), known(300)) })
    else {
      Issue.record("no ratio")
      return
    }
    #expect(ratio.value == exact.value)
    #expect(ratio.interval == exact.interval)
    #expect(ratio.isCoarse == isCoarse)
  }

  /// The logarithms of 400 / 100 and of the bound 900 / 100; 6.3137515 is the one-sided 95% point of Student's t with one
  /// degree of freedom.
  @Test func aBoundHasAOneSidedLimitBesideItsMean() throws {
    guard case .atLeast(let low) = SpeedUp.paired([(known(400), known(100)), (.exhausted(900), known(100))]),
      case .atMost(let high) = SpeedUp.paired([(known(400), .exhausted(1600)), (known(100), known(100))])
    else {
      Issue.record("no bounds")
      return
    }
    #expect(abs(low.mean - 6) < 1e-12)
    #expect(abs(high.mean - 0.5) < 1e-12)
    let reach = 6.313751514675 * log(1.5)
    #expect(abs(try #require(low.limit) / exp(log(6) - reach) - 1) < 1e-9)
    #expect(abs(try #require(high.limit) / exp(log(0.5) + 6.313751514675 * log(2)) - 1) < 1e-9)
    #expect(low.limitations == [.exhausted])
  }

  @Test func aBoundOfOneSeedHasNoConfidence() {
    #expect(
      SpeedUp.paired([(.exhausted(800), known(100))])
        == .atLeast(.init(mean: exp(log(8)), limit: nil, limitations: [.exhausted])))
    #expect(SpeedUp.paired([(.diverged(900), known(100))]).text == "≥ 9.00× (one seed; a seed diverged)")
  }

  /// Equal bounds have no spread, but the arms' crossings were measured with a grain.
  @Test func aLimitIsNoTighterThanTheGrain() throws {
    let pair: (StepsToTarget, StepsToTarget) = (.exhausted(900), .reached(110, between: 100...150))
    guard case .atLeast(let bound) = SpeedUp.paired([pair, pair]) else {
      Issue.record("no bound")
      return
    }
    #expect(abs(try #require(bound.limit) - 6) < 1e-12)
  }

  /// What lies before the second validation may lie anywhere before it.
  @Test func earlyCrossingsBoundTheRatio() {
    let early = StepsToTarget.early(before: 50)
    #expect(
      SpeedUp.paired([(known(400), early)]) == .atLeast(.init(mean: exp(log(8)), limit: nil, limitations: [.early])))
    #expect(
      SpeedUp.paired([(early, known(100))]) == .atMost(.init(mean: exp(log(0.5)), limit: nil, limitations: [.early])))
    #expect(
      SpeedUp.paired([(.exhausted(400), early)])
        == .atLeast(.init(mean: exp(log(8)), limit: nil, limitations: [.exhausted, .early])))
    #expect(SpeedUp.paired([(early, early)]) == .unknown(.early))
    #expect(SpeedUp.paired([(early, early), (known(400), known(100))]) == .unknown(.early))
  }

  @Test func whatCannotBeSaidHasAReason() {
    #expect(SpeedUp.paired([(.exhausted(9), .exhausted(9)), (known(4), known(1))]) == .unknown(.missed))
    #expect(SpeedUp.paired([(.exhausted(9), known(1)), (known(4), .exhausted(9))]) == .unknown(.opposed))
    #expect(SpeedUp.paired([]) == .unknown(.noPairs))
    #expect(SpeedUp.paired([(.untrained, .untrained)]) == .unknown(.untrained))
    #expect(SpeedUp.paired([(known(4), known(1)), (.untrained, known(1))]) == .unknown(.untrained))
  }
}
