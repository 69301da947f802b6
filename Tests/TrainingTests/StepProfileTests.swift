import Autodiff
import Models
import Testing

@testable import Training

struct StepProfileTests {
  /// A few steps, timed by a profile or not.
  private func train(_ profile: StepProfile?, steps: Int = 3) throws -> (losses: [StepMeasurement], weights: String) {
    let batches = try TrainingFixture.data().batches
    let training = ModelTraining<_, Float>(
      batches.objective, TrainingFixture.encoder, TrainingFixture.settings(steps: steps), seed: 0)
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

    // Every operation of the model has a name that says what it does there.
    let operations = [
      "embedding lookup", "layer norm of the embeddings", "queries, keys and values", "attention", "attention output",
      "feed-forward network", "layer norms", "sums of residuals and embeddings", "reshapes",
      "lookup of masked positions", "head's products", "head's GELU", "head's layer norm", "cross-entropy",
      "mean of the losses",
    ]
    let others = ["batch", "gradient norm", "clip and update", "the rest"]
    #expect(rows.map(\.part).sorted() == (operations + others).sorted())
    for row in rows where operations.contains(row.part) {
      let (forward, backward) = (try #require(row.forwardSecondsPerStep), try #require(row.backwardSecondsPerStep))
      #expect(forward > 0 && backward > 0)
      #expect(abs(forward + backward - row.secondsPerStep) <= 1e-12)
    }
    for row in rows where others.contains(row.part) {
      #expect(row.forwardSecondsPerStep == nil && row.backwardSecondsPerStep == nil)
    }
  }

  @Test func aNewOperationHasItsNameWithoutBeingAsked() {
    let profile = StepProfile()
    profile.beginStep()
    for (operation, group) in [("softPlus", "encoder"), ("*", nil)] {
      profile.charge(.operation(TapeEvent(operation: operation, group: group, pass: .forward)))
    }
    profile.endStep()
    #expect(Set(profile.rows.map(\.part)) == ["soft-plus (encoder)", "multiplication", "the rest"])
    #expect(profile.rows.first { $0.part == "multiplication" }?.backwardSecondsPerStep == nil)
  }

  @Test func smallPartsAreFoldedIntoTheRest() {
    func row(_ part: String, _ share: Double) -> StepProfile.Row {
      StepProfile.Row(
        part: part, share: share, secondsPerStep: 2 * share, forwardSecondsPerStep: share, backwardSecondsPerStep: share
      )
    }
    let rows = [row("a", 0.5), row("the rest", 0.25), row("b", 0.125), row("c", 0.0625), row("d", 0.03125)]
    let folded = rows.folded(below: 0.125)
    #expect(folded.map(\.part) == ["a", "b", "the rest"])
    #expect(folded.map(\.share) == [0.5, 0.125, 0.34375])
    #expect(folded.map(\.secondsPerStep) == [1, 0.25, 0.6875])
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
    #expect(Set(rows.map(\.part)) == ["batch", "clip and update", "the rest"])
    let batch = try #require(rows.first { $0.part == "batch" })
    #expect(batch.secondsPerStep >= 0.005)
    #expect(2 * rows.reduce(0) { $0 + $1.secondsPerStep } <= (wall - between) / .seconds(1))
  }

  private func wait(_ duration: Duration) {
    let end = ContinuousClock.now + duration
    while ContinuousClock.now < end {}
  }
}
