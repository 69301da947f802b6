import Autodiff
import Curves
import Kernels
import Models
import Platform
import Text

/// BERT's objective: some tokens of a sequence are hidden, and the model says which they were.
///
/// Devlin et al. 2019 (arXiv 1810.04805v2), section 3.1, task 1.
public struct MaskedTokenPrediction: Objective {
  /// Which tokens are hidden.
  public var rule: MaskingRule

  /// The objective's name.
  public static let name = "masked"

  /// An objective; by default with BERT's rule.
  public init(_ rule: MaskingRule = .bert) {
    self.rule = rule
  }

  private enum CodingKeys: String, CodingKey {
    case rule = "masking"
  }

  /// Sequences with hidden tokens.
  public func batch(of rows: [Int], from examples: PackedSequences, _ draws: BatchDraws) -> MaskedBatch {
    let (source, keys) = draws.source(for: "masking", rows: rows)
    return MaskedBatch(sequences: examples, rows: rows, rule: rule) { (source, keys[$0]) }
  }

  /// The original tokens in the place of hidden ones.
  public func labels(of batch: MaskedBatch) -> [Int32] { batch.labels }

  /// The tokens that are hidden.
  public func predictedShare(sequenceLength: Int) -> Double { rule.predictedShare(sequenceLength: sequenceLength) }

  /// The weights of the trunk and of BERT's head.
  public func addWeights<S: Scalar>(to weights: ParameterScope<S>, of configuration: EncoderConfiguration) {
    _ = MaskedLanguageModel(weights, configuration)
  }

  /// The mean cross-entropy of the batch's hidden tokens, in nats.
  public func loss<S: Scalar>(
    of batch: MaskedBatch, _ weights: ParameterScope<S>, _ configuration: EncoderConfiguration, _ mode: ForwardMode
  ) -> Tensor<S> {
    MaskedLanguageModel(weights, configuration).loss(
      EncoderInput(batch), at: batch.maskedPositions, labels: batch.labels, mode)
  }

  /// The mean cross-entropy over all hidden tokens, in nats, and the share of them that the largest logit names; every
  /// hidden token counts the same.
  public func measures<S: Scalar>(
    of weights: ParameterScope<S>, _ configuration: EncoderConfiguration, on batches: [MaskedBatch]
  ) -> [Measure: Double] {
    let model = MaskedLanguageModel(weights, configuration)
    var (loss, correct, count) = (0.0, 0, 0)
    for batch in batches {
      let logits = model.logits(EncoderInput(batch), at: batch.maskedPositions)
      loss += Double(logits.crossEntropy(labels: batch.labels).sum().scalar)
      correct += argmaxCorrect(
        logits.values, labels: batch.labels, rows: batch.labels.count, classes: logits.shape[1])
      count += batch.labels.count
    }
    return [.validationLoss: loss / Double(count), .validationAccuracy: Double(correct) / Double(count)]
  }
}

extension EncoderInput {
  /// A masked batch as an encoder takes it.
  public init(_ batch: MaskedBatch) {
    self.init(
      batch: batch.batchSize, time: batch.sequenceLength, tokens: batch.tokens, tokenTypes: batch.tokenTypes,
      keyPadding: batch.keyPadding)
  }
}

extension PackedSequences: ExampleSet {
  /// How many sequences of how many tokens.
  public var countText: String { "\(count.counted("sequence")) of \(sequenceLength) tokens" }
}
