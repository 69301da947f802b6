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
}
