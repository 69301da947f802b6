import Autodiff
import Curves
import Models
import Platform
import Text

@testable import Training

/// A small encoder in `Double`, and batches of which something is known.
enum ProbeFixture {
  static let vocabulary = try! Vocabulary(tokens: Vocabulary.specialTokens + (5..<24).map { "w\($0)" })

  /// Large weights, so that attention is not flat and differences are of a visible size.
  static func configuration(_ position: PositionEncoding) -> EncoderConfiguration {
    EncoderConfiguration(
      vocabularySize: 24, layerCount: 2, hiddenSize: 24, headCount: 3, feedForwardSize: 37, position: position,
      initializerDeviation: 0.3)
  }

  /// Eight sequences of random words, two fifths of them hidden; documents of different lengths leave padding.
  static func batch(length: Int = 16) throws -> ProbedBatch {
    let source = RandomSource(seed: 3, purpose: "probed")
    let documents = (0..<8).map { document in
      (0..<7 + document).map { Int32(5 + source.integer(below: 19, at: 100 * document + $0)) }
    }
    return try batch(documents, length: length)
  }

  /// Three sequences that say one word again and again, nothing of them hidden.
  static func repeatedWord() throws -> ProbedBatch {
    var batch = try batch([[Int32]](repeating: [Int32](repeating: 9, count: 12), count: 3), length: 16).batch
    for (place, label) in zip(batch.maskedPositions, batch.labels) { batch.tokens[Int(place)] = label }
    return ProbedBatch(batch, vocabulary: vocabulary)
  }

  private static func batch(_ documents: [[Int32]], length: Int) throws -> ProbedBatch {
    let packer = try SequencePacker(sequenceLength: length, policy: .perDocument)
    let objective = MaskedTokenPrediction(try MaskingRule(probability: 0.4))
    let batches = try ValidationSet(
      objective, examples: packer.pack(documents, vocabulary: vocabulary), batchSize: 32, limit: 32
    ).batches
    return ProbedBatch(batches[0], vocabulary: vocabulary)
  }

  /// What one probe says of a fresh encoder.
  static func rows(
    _ probe: some EncoderProbe, _ position: PositionEncoding, on batch: ProbedBatch,
    change: (ParameterStore<Double>) -> Void = { _ in }
  ) -> [ProbeValue] {
    let (store, configuration) = (ParameterStore<Double>(seed: 1), configuration(position))
    MaskedTokenPrediction().addWeights(to: store.scope(), of: configuration)
    change(store)
    return EncoderProbes([probe], on: batch).values(of: store.scope(), configuration)
  }

  /// A look whose numbers are given; the model is any.
  static func look(hidden: Tensor<Double>, logits: Tensor<Double>) -> EncoderLook<Double> {
    let model = MaskedLanguageModel(ParameterStore<Double>(seed: 1).scope(), configuration(.none))
    return EncoderLook(model: model, hidden: hidden, logits: logits)
  }

  /// Every encoding that tells places apart.
  static let positions: [PositionEncoding] = [
    .sinusoidal(.plain), .sinusoidal(.learned), .learned(positionCount: 16), .rotary(.init()), .alibi, .relative,
    .untied(positionCount: 16),
  ]
}
