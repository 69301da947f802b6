import Curves
import Models
import Platform
import TestSupport
import Testing
import Text

@testable import Training

/// Trainings that ALiBi's penalties help for their first steps.
struct HelpedTrainingTests {
  private static func encoder(_ steps: Int) -> EncoderConfiguration {
    var encoder = TrainingFixture.encoder
    encoder.position = .learned(positionCount: 16)
    encoder.alibiSteps = steps
    return encoder
  }

  private func trained(_ encoder: EncoderConfiguration, steps: Int = 12) throws -> Trainer<MaskedTokenPrediction> {
    let trainer = try TrainingFixture.trainer(steps: steps, encoder: encoder, probeInterval: 5)
    _ = try trainer.run()
    return trainer
  }

  /// The first steps are those of a training with penalties throughout; with none they are another's.
  @Test func theFirstStepsAreHelped() throws {
    let (helped, always, never) = (
      try trained(Self.encoder(6)), try trained(Self.encoder(100)), try trained(Self.encoder(0))
    )
    func losses(_ trainer: Trainer<MaskedTokenPrediction>, _ measure: Measure) -> [Int: Double] {
      Dictionary(uniqueKeysWithValues: trainer.points.compactMap { point in point[measure].map { (point.step, $0) } })
    }
    for measure in [Measure.trainingLoss, .validationLoss] {
      let (a, b, c) = (losses(helped, measure), losses(always, measure), losses(never, measure))
      for step in a.keys where step <= 6 {
        #expect(a[step] == b[step] && a[step] != c[step], "\(measure.name) \(step)")
      }
      #expect(a[12] != b[12] && a[12] != c[12])
    }
    // What probes see is what the step trained on.
    #expect(Array(helped.readings.prefix(2)) == Array(always.readings.prefix(2)))
    #expect(helped.readings[1] != never.readings[1])
  }

  /// With the weights of before the seventh step, the seventh step is that of an encoder without penalties.
  @Test func afterThemTheEncoderIsPlain() throws {
    let data = try TrainingFixture.data()
    let settings = TrainingFixture.settings(steps: 12)
    let helped = ModelTraining<_, Float>(data.batches.objective, Self.encoder(6), settings, seed: 0)
    for step in 0..<6 { _ = try helped.step(data.batches.batch(at: step), number: step + 1, learningRate: 1e-3) }
    let plain = ModelTraining<_, Float>(data.batches.objective, Self.encoder(0), settings, seed: 0)
    for (own, other) in zip(plain.store.parameters, helped.store.parameters) { own.weight.set(to: other.value) }
    let batch = data.batches.batch(at: 6)
    let (a, b) = (try helped.gradients(of: batch, number: 7), try plain.gradients(of: batch, number: 7))
    #expect(a.measurement == b.measurement)
    let sixth = try helped.gradients(of: batch, number: 6)
    #expect(sixth.measurement != b.measurement)
  }

  /// A saved model is what its last step trained: with penalties while they last, and plain afterwards.
  @Test func theSavedModelIsPlain() throws {
    let folder = try TemporaryFolder()
    let files = CheckpointFiles(folder.path + "/checkpoint.safetensors")
    for (steps, expected) in [(12, 0), (5, 6)] {
      let trainer = try TrainingFixture.trainer(steps: steps, encoder: Self.encoder(6), checkpoints: files)
      _ = try trainer.run()
      try TokenizerFolder.write(
        TokenizerSpecification(vocabularySize: 24).makeTokenizer(
          ProbeFixture.vocabulary), to: folder.path)
      #expect(try SavedModel(path: folder.path).configuration.alibiSteps == expected)
    }
  }

  @Test(arguments: [3, 6, 7]) func goingOnChangesNoBit(stop: Int) throws {
    let folder = try TemporaryFolder()
    let files = CheckpointFiles(folder.path + "/checkpoint.safetensors")
    let first = try TrainingFixture.trainer(steps: 12, encoder: Self.encoder(6), probeInterval: 5, checkpoints: files)
    #expect(try first.run(shouldStop: { first.step == stop }) == .interrupted)
    let second = try TrainingFixture.trainer(steps: 12, encoder: Self.encoder(6), probeInterval: 5, checkpoints: files)
    try second.resume()
    _ = try second.run()
    let whole = try trained(Self.encoder(6))
    #expect(second.points.timeless == whole.points.timeless && second.readings == whole.readings)
    #expect(second.training.store.digest() == whole.training.store.digest())
  }
}
