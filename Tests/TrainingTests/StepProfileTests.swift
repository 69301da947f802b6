import Encoders
import Testing
import Training

struct StepProfileTests {
  /// A few steps, timed by a profile or not.
  private func train(_ profile: StepProfile?, steps: Int = 3) throws -> (losses: [StepMeasurement], weights: String) {
    let batches = try TrainingFixture.data().batches
    let training = ModelTraining<Float>(TrainingFixture.encoder, TrainingFixture.settings(steps: steps), seed: 0)
    training.profile = profile
    let measured = try (1...steps).map { number in
      profile?.beginStep()
      let batch = batches.batch(at: number)
      profile?.charge(.batch)
      defer { profile?.endStep() }
      return try training.step(batch, number: number, learningRate: 1e-3)
    }
    return (measured, training.store.digest())
  }

  @Test func aProfileChangesNoBit() throws {
    let (plain, timed) = (try train(nil), try train(StepProfile()))
    #expect(plain.losses == timed.losses)
    #expect(plain.weights == timed.weights)
  }

  @Test func thePartsAreThoseOfTheModelAndMakeUpTheStep() throws {
    let profile = StepProfile()
    let wall = try ContinuousClock().measure { _ = try train(profile) } / .seconds(1)
    let rows = profile.rows
    #expect(profile.stepCount == 3)
    #expect(abs(rows.reduce(0) { $0 + $1.share } - 1) < 1e-12)
    #expect(rows.allSatisfy { $0.share >= 0 && $0.secondsPerStep >= 0 })
    #expect(zip(rows, rows.dropFirst()).allSatisfy { $0.share >= $1.share })
    let seconds = rows.reduce(0) { $0 + $1.secondsPerStep }
    #expect(seconds > 0 && 3 * seconds <= wall)
    for row in rows { #expect(abs(row.secondsPerStep - row.share * seconds) <= 1e-12) }

    let parts = Set(rows.map(\.part))
    #expect(parts.count == rows.count)
    let others = parts.filter { !$0.contains("forward") && !$0.contains("backward") }
    #expect(others == ["batch", "gradient norm", "clip and update", "left over"])
    for pass in ["forward", "backward"] {
      // The head's product is told from those of the layers, and lookups of embeddings from those of masked positions.
      for group in ["embeddings", "encoder", "head"] {
        #expect(parts.contains { $0.hasSuffix(" \(pass) (\(group))") }, "\(pass), \(group): \(parts)")
      }
      #expect(parts.contains { $0.hasPrefix("attention") && $0.contains(" \(pass)") }, "\(pass): \(parts)")
    }
  }

  @Test func timeIsChargedToThePartThatEndsAndNotBetweenSteps() throws {
    let profile = StepProfile()
    var between = Duration.zero
    let wall = ContinuousClock().measure {
      for _ in 0..<2 {
        between += ContinuousClock().measure { wait(.milliseconds(20)) }
        profile.beginStep()
        profile.charge(.update)
        wait(.milliseconds(5))
        profile.charge(.batch)
        profile.endStep()
      }
    }
    let rows = profile.rows
    #expect(Set(rows.map(\.part)) == ["batch", "clip and update", "left over"])
    let batch = try #require(rows.first { $0.part == "batch" })
    #expect(batch.secondsPerStep >= 0.005)
    #expect(2 * rows.reduce(0) { $0 + $1.secondsPerStep } <= (wall - between) / .seconds(1))
  }

  private func wait(_ duration: Duration) {
    let end = ContinuousClock.now + duration
    while ContinuousClock.now < end {}
  }
}
