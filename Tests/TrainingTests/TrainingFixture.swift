import Curves
import Models
import Platform
import Text
import Training

/// A small run on documents that say one word again and again, so that there is something to learn.
enum TrainingFixture {
  static let encoder = EncoderConfiguration(
    vocabularySize: 24, layerCount: 1, hiddenSize: 32, headCount: 2, position: .rotary(.init()))

  static func settings(steps: Int) -> TrainingConfiguration {
    TrainingConfiguration(
      steps: steps, batchSize: 4, sequenceLength: 16, warmupSteps: 5, validationInterval: 5, logInterval: 2,
      checkpointInterval: 4, biasCorrection: true)
  }

  static func data(
    seed: UInt64 = 0, objective: MaskedTokenPrediction = MaskedTokenPrediction()
  ) throws -> (batches: BatchSource<MaskedTokenPrediction>, validation: [MaskedTokenPrediction.Batch]) {
    let vocabulary = try Vocabulary(tokens: Vocabulary.specialTokens + (5..<24).map { "w\($0)" })
    let source = RandomSource(seed: 9, purpose: "fixture")
    let documents = (0..<40).map { document in
      [Int32](repeating: Int32(5 + source.integer(below: 19, at: document)), count: 30)
    }
    let packer = try SequencePacker(sequenceLength: 16)
    let (training, held) = (Array(documents[..<32]), Array(documents[32...]))
    return (
      try BatchSource(
        objective, examples: packer.pack(training, vocabulary: vocabulary), batchSize: 4, seed: seed),
      try ValidationSet(objective, examples: packer.pack(held, vocabulary: vocabulary), batchSize: 4).batches
    )
  }

  static func trainer(
    steps: Int, seed: UInt64 = 0, encoder: EncoderConfiguration = encoder, peakLearningRate: Double = 3e-3,
    objective: MaskedTokenPrediction = MaskedTokenPrediction(), probeInterval: Int? = nil, stop: TargetStop? = nil,
    checkpoints: CheckpointFiles? = nil
  ) throws -> Trainer<MaskedTokenPrediction> {
    let data = try data(seed: seed, objective: objective)
    let probing = probeInterval.map { interval in
      Probing(
        EncoderProbes(
          EncoderProbes.all(unigram: UnigramDistribution(counts: [Int](repeating: 1, count: 24))),
          on: ProbedBatch(data.validation[0], vocabulary: ProbeFixture.vocabulary)), interval: interval)
    }
    return Trainer(
      encoder: encoder, settings: settings(steps: steps), peakLearningRate: peakLearningRate, seed: seed,
      batches: data.batches, validation: data.validation, probing: probing, stop: stop, checkpoints: checkpoints)
  }
}
