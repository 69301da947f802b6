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

  private func curve(_ losses: [(Int, Double?)]) -> [CurvePoint] {
    losses.map { step, loss in
      var point = CurvePoint(step: step, tokens: 10 * step, elapsedSeconds: Double(step) / 4)
      point[.validationLoss] = loss
      return point
    }
  }

  @Test func aCrossingIsInterpolatedBetweenTheValidationsAroundIt() {
    let points = curve([(0, 7), (100, 5), (150, nil), (200, 4), (300, 3.9), (400, 3)])
    #expect(
      Crossing.first(of: 4.25, in: points)
        == Crossing(steps: 175, tokens: 1750, seconds: 43.75, between: 100...200))
    #expect(Crossing.first(of: 4, in: points)?.steps == 200)
    #expect(Crossing.first(of: 3.0, in: points)?.steps == 400)
    #expect(Crossing.first(of: 2.9, in: points) == nil)
    #expect(Crossing.first(of: 4, in: []) == nil)
    #expect(Crossing.first(of: 4, in: curve([(0, .nan), (10, 3)]))?.steps == 10)
    #expect(Crossing.first(of: 4, in: curve([(0, .infinity), (10, 3)]))?.steps == 10)
  }

  /// One validation at the target may be noise; the last one has no other to confirm it.
  @Test func aCrossingIsConfirmedByTheNextValidation() {
    let dip = curve([(0, 7), (100, 3.9), (150, nil), (200, 5), (300, 4), (400, 3)])
    #expect(Crossing.first(of: 4, in: dip)?.steps == 300)
    #expect(Crossing.first(of: 4, in: dip)?.between == 200...300)
    #expect(Crossing.first(of: 3, in: dip)?.steps == 400)
    #expect(Crossing.first(of: 3.9, in: curve([(0, 7), (100, 3.9), (200, 5), (300, 4)])) == nil)
    // A first validation at the target is none either, unless the second one is.
    #expect(Crossing.first(of: 4, in: curve([(0, 3), (100, 5), (200, 3), (300, 3)]))?.between == 100...200)
  }

  /// Before the second validation lies all that is known of a crossing before it, and at step 0 nothing was trained.
  @Test func earlyAndUntrainedCrossingsAreToldApart() throws {
    let points = curve([(0, 7), (100, 5), (200, 4)])
    let untrained = try #require(Crossing.first(of: 8, in: points))
    #expect(untrained.isUntrained && !untrained.isEarly && untrained.steps == 0)
    #expect(StepsToTarget(untrained) == .untrained)
    let early = try #require(Crossing.first(of: 6, in: points))
    #expect(early.isEarly && !early.isUntrained)
    #expect(StepsToTarget(early) == .early(before: 100))
    let later = try #require(Crossing.first(of: 4.5, in: points))
    #expect(!later.isEarly && !later.isUntrained)
    #expect(StepsToTarget(later) == .reached(150, between: 100...200))
    // A curve that was not measured at its start tells no more.
    #expect(try #require(Crossing.first(of: 6, in: curve([(50, 5)]))).isEarly)
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
