import Platform
import Reports
import Text
import Training

/// How well a model predicts the masked tokens of a text it was not trained on, and how sure that is.
public struct HeldOutEvaluation: Sendable, Equatable {
  /// The mean cross-entropy, in nats per masked token.
  public let lossNats: RatioEstimate
  /// The share of masked tokens that the largest logit names.
  public let accuracy: RatioEstimate
  /// How many tokens were masked.
  public let maskedCount: Int
  /// In how many sequences.
  public let sequenceCount: Int
  /// Of how many tokens each.
  public let sequenceLength: Int

  /// Masks a text as validation does, and measures a model on it.
  ///
  /// - Parameters:
  ///   - model: what is measured.
  ///   - text: what it is measured on.
  ///   - sequenceLength: tokens a sequence, special ones included.
  ///   - progress: told after each batch how many sequences of how many are done.
  /// - Throws: `InputError` if sequences are too long for the model or the text is too short for one.
  public init(
    _ model: SavedModel, on text: EvaluationText, sequenceLength: Int,
    progress: (_ done: Int, _ count: Int) -> Void = { _, _ in }
  ) throws {
    if let longest = model.maximumLength, sequenceLength > longest {
      throw InputError(
        at: model.path, "takes at most \(longest.counted("token")), not \(sequenceLength)",
        expected: "--length \(longest)")
    }
    let vocabulary = model.tokenizer.vocabulary
    let tokens = TokenizedText(text.documents, tokenizer: model.tokenizer)
    let objective = MaskedTokenPrediction(text.maskingRule)
    let packer = try SequencePacker(sequenceLength: sequenceLength, policy: text.packing)
    let batches = try ValidationSet(
      objective, examples: packer.pack(tokens, vocabulary: vocabulary), batchSize: 32, limit: text.limit
    ).batches
    let count = batches.reduce(0) { $0 + $1.batchSize }
    var sequences: [SequenceScore] = []
    var done = 0
    for batch in batches {
      sequences += objective.scores(of: model, on: batch).filter { $0.count > 0 }
      done += batch.batchSize
      progress(done, count)
    }
    lossNats = RatioEstimate(sequences.map { ($0.lossNats, $0.count) })
    accuracy = RatioEstimate(sequences.map { (Double($0.correct), $0.count) })
    maskedCount = sequences.reduce(0) { $0 + $1.count }
    sequenceCount = sequences.count
    self.sequenceLength = sequenceLength
  }
}
