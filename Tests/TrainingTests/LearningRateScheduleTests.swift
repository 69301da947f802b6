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
    #expect(LearningRateSchedule(peak: 3, warmupSteps: 0, steps: 2).rate(at: 1) == 2)
  }
}
