import Autodiff
import Models
import Kernels
import Text

/// The held-out loss and accuracy of a model.
public struct Evaluation: Sendable, Equatable {
  /// The mean cross-entropy over all masked tokens, in nats.
  public let lossNats: Double
  /// The share of masked tokens that the largest logit names.
  public let accuracy: Double

  /// Measures a model on masked batches, without dropout; every masked token counts the same.
  ///
  /// - Parameters:
  ///   - model: what is measured.
  ///   - batches: masked batches, held out.
  /// - Returns: loss and accuracy.
  public static func measure<S: Scalar>(_ model: MaskedLanguageModel<S>, on batches: [MaskedBatch]) -> Evaluation {
    var (loss, correct, count) = (0.0, 0, 0)
    for batch in batches {
      let logits = model.logits(EncoderInput(batch), at: batch.maskedPositions)
      loss += Double(logits.crossEntropy(labels: batch.labels).sum().scalar)
      correct += argmaxCorrect(
        logits.storage.pointer, labels: batch.labels, rows: batch.labels.count, classes: logits.shape[1])
      count += batch.labels.count
    }
    return Evaluation(lossNats: loss / Double(count), accuracy: Double(correct) / Double(count))
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
