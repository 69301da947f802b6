import Testing
import Training

struct LearningRateScheduleTests {
  @Test func risesThenFallsLinearly() {
    let schedule = LearningRateSchedule(peak: 8, warmupSteps: 4, steps: 11)
    let rates = (1...11).map { schedule.rate(at: $0) }
    #expect(rates == [2, 4, 6, 8, 7, 6, 5, 4, 3, 2, 1])
  }

  @Test func warmUpBeyondTheEndNeverReachesThePeak() {
    let schedule = LearningRateSchedule(peak: 1, warmupSteps: 100, steps: 10)
    #expect((1...10).map { schedule.rate(at: $0) } == (1...10).map { Double($0) / 100 })
  }

  @Test func noWarmUpStartsAtThePeak() {
    let schedule = LearningRateSchedule(peak: 8, warmupSteps: 0, steps: 4)
    #expect((1...4).map { schedule.rate(at: $0) } == [8, 6, 4, 2])
    #expect(LearningRateSchedule(peak: 3, warmupSteps: 0, steps: 1).rate(at: 1) == 3)
  }

  /// Every step of schedules with a warm-up, by the formula that runs were trained with before one of none was mended.
  @Test func warmUpsAreAsTheyWere() {
    for (warmup, steps) in [(1, 1), (1, 7), (5, 7), (7, 7), (9, 7)] {
      let schedule = LearningRateSchedule(peak: 0.3, warmupSteps: warmup, steps: steps)
      for step in 1...steps {
        let falling = Double(max(0, steps - step + 1)) / Double(max(1, steps - warmup + 1))
        let expected = step < warmup ? 0.3 * Double(step) / Double(warmup) : 0.3 * falling
        #expect(abs(schedule.rate(at: step) - expected) < 1e-15)
      }
    }
  }

  /// Whatever the budget, a step has the same rate: so runs of different lengths agree as far as both go.
  @Test func aConstantRateDoesNotDependOnTheBudget() {
    for steps in [4, 5, 100] {
      let schedule = LearningRateSchedule(peak: 8, warmupSteps: 4, steps: steps, shape: .constant)
      #expect((1...steps).map { schedule.rate(at: $0) } == [2, 4, 6] + [Double](repeating: 8, count: steps - 3))
    }
  }

  @Test func stableDecayFallsOverTheLastStepsAlone() {
    let schedule = LearningRateSchedule(peak: 8, warmupSteps: 2, steps: 10, shape: .stableDecay, decaySteps: 3)
    #expect((1...10).map { schedule.rate(at: $0) } == [4, 8, 8, 8, 8, 8, 8, 6, 4, 2])
    // A fifth of the steps where nothing is said.
    #expect(LearningRateSchedule(peak: 8, warmupSteps: 2, steps: 10, shape: .stableDecay).decayStart == 8)
  }

  @Test func aCosineFallsByHalfAtTheMiddle() {
    let schedule = LearningRateSchedule(peak: 8, warmupSteps: 1, steps: 8, shape: .cosine)
    let rates = (1...8).map { schedule.rate(at: $0) }
    #expect(rates[0] == 8 && abs(rates[4] - 4) < 1e-12)
    #expect(zip(rates, rates.dropFirst()).allSatisfy { $0 > $1 } && rates[7] > 0)
    // Flat at both ends, where a line is not.
    #expect(8 - rates[1] < 8 / 8.0 && rates[7] < 8 / 8.0)
  }

  /// A decay ends at its floor, one step after the last, and a constant rate knows none.
  @Test func decaysEndAtTheirFloor() {
    for shape in LearningRateSchedule.Shape.allCases {
      let schedule = LearningRateSchedule(peak: 10, warmupSteps: 2, steps: 50, shape: shape, floorShare: 0.1)
      #expect(schedule.rate(at: 2) == 10, "\(shape)")
      #expect(abs(schedule.rate(at: 51) - (shape == .constant ? 10 : 1)) < 1e-12, "\(shape)")
      #expect((2...50).allSatisfy { (1...10).contains(schedule.rate(at: $0)) }, "\(shape)")
    }
  }

  @Test func cornersAreWhereTheCurveBends() {
    func steps(_ shape: LearningRateSchedule.Shape, warmup: Int = 4) -> [Int] {
      LearningRateSchedule(peak: 1, warmupSteps: warmup, steps: 20, shape: shape, decaySteps: 5).corners.map(\.step)
    }
    #expect(steps(.linear) == [1, 4, 20])
    #expect(steps(.constant) == [1, 4, 20])
    #expect(steps(.stableDecay) == [1, 4, 15, 20])
    #expect(steps(.cosine, warmup: 0) == [1, 20])
    #expect(steps(.linear, warmup: 30) == [1, 20])
  }
}
