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
  ///   - corpus: the text.
  ///   - sequenceLength: tokens a sequence, special ones included.
  ///   - limit: the most sequences read, spread evenly; `nil` for all.
  /// - Throws: `InputError` if sequences are too long for the model or the text is too short for one.
  public init(_ model: SavedModel, corpus: Corpus, sequenceLength: Int, limit: Int? = nil) throws {
    if let longest = model.maximumLength, sequenceLength > longest {
      throw InputError(
        at: model.path, "takes at most \(longest.counted("token")), not \(sequenceLength)",
        expected: "--length \(longest)")
    }
    let vocabulary = model.tokenizer.vocabulary
    let documents = corpus.documents.map { model.tokenizer.encode($0) }
    let objective = MaskedTokenPrediction()
    let set = try ValidationSet(
      objective,
      examples: SequencePacker(sequenceLength: sequenceLength).pack(documents, vocabulary: vocabulary), batchSize: 32,
      limit: limit)
    let sequences = set.batches.flatMap { objective.scores(of: model, on: $0) }.filter { $0.count > 0 }
    lossNats = RatioEstimate(sequences.map { ($0.lossNats, $0.count) })
    accuracy = RatioEstimate(sequences.map { (Double($0.correct), $0.count) })
    maskedCount = sequences.reduce(0) { $0 + $1.count }
    sequenceCount = sequences.count
    self.sequenceLength = sequenceLength
  }
}
