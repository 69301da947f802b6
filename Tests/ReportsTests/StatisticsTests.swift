import Curves
import Testing

@testable import Reports

/// Expected values are SciPy 1.17's.
struct StatisticsTests {
  @Test(arguments: [
    (1.0, 12.706204736174694), (2, 4.302652729749462), (4, 2.7764451051977934), (9, 2.262157162798205),
    (30, 2.0422724563012378),
  ])
  func criticalValues(degreesOfFreedom: Double, expected: Double) {
    let t = StudentT.criticalValue(confidence: 0.95, degreesOfFreedom: degreesOfFreedom)
    #expect(abs(t / expected - 1) < 1e-12)
  }

  @Test(arguments: [
    (0.3, 2.5, 0.5, 0.018927124071945658), (0.9, 1, 0.5, 0.6837722339831621), (0.99, 4.5, 0.5, 0.7698749998921366),
  ])
  func incompleteBeta(x: Double, a: Double, b: Double, expected: Double) {
    #expect(abs(StudentT.incompleteBeta(x, a, b) / expected - 1) < 1e-12)
  }

  @Test func aMeanHasStudentsInterval() throws {
    let estimate = try #require(Estimate.mean(of: [1, 2, 4]))
    let interval = try #require(estimate.interval)
    #expect(abs(estimate.value - 7.0 / 3) < 1e-12)
    #expect(abs(interval.lowerBound - -1.4612497002634255) < 1e-10)
    #expect(abs(interval.upperBound - 6.1279163669300925) < 1e-10)
  }

  @Test func ratiosArePairedOnLogarithms() throws {
    let pairs = zip([900.0, 1000, 1200], [300.0, 310, 350]).map {
      (baseline: SpeedUp.Duration.reached($0), arm: SpeedUp.Duration.reached($1))
    }
    guard case .ratio(let estimate) = SpeedUp.paired(pairs) else {
      Issue.record("no ratio")
      return
    }
    let interval = try #require(estimate.interval)
    #expect(abs(estimate.value - 3.213346713253445) < 1e-10)
    #expect(abs(interval.lowerBound - 2.7216789898638867) < 1e-10)
    #expect(abs(interval.upperBound - 3.7938335630437843) < 1e-10)
  }

  @Test func oneSeedHasNoInterval() {
    #expect(SpeedUp.paired([(.reached(400), .reached(100))]) == .ratio(Estimate(value: 4, interval: nil)))
  }

  @Test func anExhaustedBudgetMakesABound() throws {
    // The geometric mean of 400 / 100 and of the bound 900 / 100.
    guard case .atLeast(let low) = SpeedUp.paired([(.reached(400), .reached(100)), (.exhausted(900), .reached(100))]),
      case .atMost(let high) = SpeedUp.paired([(.reached(400), .exhausted(1600)), (.reached(100), .reached(100))])
    else {
      Issue.record("no bounds")
      return
    }
    #expect(abs(low - 6) < 1e-12)
    #expect(abs(high - 0.5) < 1e-12)
    #expect(SpeedUp.paired([(.exhausted(9), .exhausted(9)), (.reached(4), .reached(1))]) == .unknown)
    #expect(SpeedUp.paired([(.exhausted(9), .reached(1)), (.reached(4), .exhausted(9))]) == .unknown)
    #expect(SpeedUp.paired([]) == .unknown)
    #expect(SpeedUp.paired([(.reached(0), .reached(0))]) == .unknown)
  }

  private func curve(_ losses: [(Int, Double?)]) -> [CurvePoint] {
    losses.map { step, loss in
      var point = CurvePoint(step: step, tokens: 10 * step, elapsedSeconds: Double(step) / 4)
      point[.validationLoss] = loss
      return point
    }
  }

  @Test func aCrossingIsInterpolatedBetweenTheValidationsAroundIt() {
    let points = curve([(0, 7), (100, 5), (150, nil), (200, 4), (300, 4.9), (400, 3)])
    #expect(Crossing.first(of: 4.25, in: points) == Crossing(steps: 175, tokens: 1750, seconds: 43.75))
    #expect(Crossing.first(of: 4, in: points)?.steps == 200)
    #expect(Crossing.first(of: 3.0, in: points)?.steps == 400)
    #expect(Crossing.first(of: 2.9, in: points) == nil)
    #expect(Crossing.first(of: 8, in: points)?.steps == 0)
    #expect(Crossing.first(of: 4, in: []) == nil)
    #expect(Crossing.first(of: 4, in: curve([(0, .nan), (10, 3)]))?.steps == 10)
    #expect(Crossing.first(of: 4, in: curve([(0, .infinity), (10, 3)]))?.steps == 10)
  }

  /// A measure of which more is better.
  @Test func higherIsBetterWhereTheMeasureSaysSo() throws {
    let points = [(0, 0.25), (100, 0.5), (300, 0.75)].map { step, accuracy in
      CurvePoint(
        step: step, tokens: 10 * step, elapsedSeconds: 0,
        measured: [.validationAccuracy: accuracy, .validationLoss: 5])
    }
    #expect(Crossing.first(of: 0.625, by: .validationAccuracy, in: points)?.steps == 200)
    #expect(Crossing.first(of: 0.8, by: .validationAccuracy, in: points) == nil)
    #expect(Crossing.first(of: 4, in: points) == nil)
  }

  @Test func runsKnowHowFarTheyCame() {
    let cell = study().cells[0]
    #expect(Run(cell: cell, points: curve([(0, 7), (400, 3)])).state == .finished(finalValue: 3))
    #expect(Run(cell: cell, points: curve([(0, 7), (300, 3)])).state == .unfinished(steps: 300))
    #expect(Run(cell: cell, points: curve([(0, 7), (200, .nan), (400, 3)])).state == .diverged(step: 200))
    #expect(Run(cell: cell, points: []).state == .unfinished(steps: 0))
  }
}
