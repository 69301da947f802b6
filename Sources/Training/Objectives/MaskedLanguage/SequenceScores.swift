import Autodiff
import Kernels
import Models

/// How well a model predicts the hidden tokens of one sequence.
public struct SequenceScore: Sendable, Equatable {
  /// The sum of the cross-entropies, in nats.
  public var lossNats = 0.0
  /// How many hidden tokens the largest logit names.
  public var correct = 0
  /// How many tokens are hidden.
  public var count = 0
}

extension MaskedTokenPrediction {
  /// How well a model does on each sequence of a batch.
  ///
  /// - Parameters:
  ///   - model: what is measured, without dropout.
  ///   - batch: held-out sequences.
  /// - Returns: the scores, in the order of the batch.
  public func scores(of model: SavedModel, on batch: MaskedBatch) -> [SequenceScore] {
    let logits = model.masked.logits(EncoderInput(batch), at: batch.maskedPositions)
    let losses = logits.crossEntropy(labels: batch.labels).elements
    var scores = [SequenceScore](repeating: SequenceScore(), count: batch.batchSize)
    let classes = logits.shape[1]
    for (i, position) in batch.maskedPositions.enumerated() {
      let row = Int(position) / batch.sequenceLength
      scores[row].lossNats += Double(losses[i])
      scores[row].correct += argmaxCorrect(
        logits.values + i * classes, labels: [batch.labels[i]], rows: 1, classes: classes)
      scores[row].count += 1
    }
    return scores
  }
}

extension SavedModel {
  /// The model with BERT's head over its weights.
  public var masked: MaskedLanguageModel<Float> { MaskedLanguageModel(store.scope(), configuration) }
}
