import Autodiff
import Curves
import Foundation
import Kernels
import Models
import Testing

@testable import Training

struct MaskedTokenPredictionTests {
  private let weights = ParameterStore<Float>(seed: 2).scope()

  /// The loss of one hidden token is −ln p of its label, for p of a softmax over the vocabulary: over all labels, these
  /// probabilities add up to 1 if, and only if, the logits do not depend on the label.
  @Test func labelsDoNotLeak() throws {
    let objective = MaskedTokenPrediction(try MaskingRule(cap: 1))
    let examples = try TrainingFixture.data().batches.examples
    // Weights so large that every input tells on the logits.
    var encoder = TrainingFixture.encoder
    encoder.initializerDeviation = 0.3
    let weights = ParameterStore<Float>(seed: 2).scope()
    for row in 0..<3 {
      var batch = objective.batch(of: [row], from: examples, .heldOut)
      try #require(batch.labels.count == 1)
      var (evaluated, trained) = (0.0, 0.0)
      for label in 0..<encoder.vocabularySize {
        batch.labels = [Int32(label)]
        let measures = objective.measures(of: weights, encoder, on: [batch])
        evaluated += exp(-(try #require(measures[.validationLoss])))
        let loss = objective.loss(of: batch, weights, encoder, .training(seed: 1, step: 1))
        trained += exp(-Double(loss.scalar))
      }
      #expect(abs(evaluated - 1) < 1e-5)
      #expect(abs(trained - 1) < 1e-5)
    }
  }

  /// Of a hidden token the input holds [MASK], a random token, or, in one case of ten, the token itself.
  @Test func hiddenTokensAreSeldomShown() throws {
    let batches = try TrainingFixture.data().validation
    let hidden = batches.flatMap { batch in
      zip(batch.maskedPositions, batch.labels).map { batch.tokens[Int($0)] == $1 }
    }
    #expect(Double(hidden.count { $0 }) < 0.25 * Double(hidden.count))
  }

  @Test func anUntrainedModelKnowsNothing() throws {
    let validation = try TrainingFixture.data().validation
    let measures = MaskedTokenPrediction().measures(of: weights, TrainingFixture.encoder, on: validation)
    #expect(abs(try #require(measures[.validationLoss]) - log(24)) < 0.5)
  }

  /// The mean over all masked tokens, whatever the batches: three batches at once are as one after another.
  @Test func everyMaskedTokenCountsTheSame() throws {
    let validation = try TrainingFixture.data().validation
    func loss(_ batches: [MaskedBatch]) throws -> Double {
      let measures = MaskedTokenPrediction().measures(of: weights, TrainingFixture.encoder, on: batches)
      return try #require(measures[.validationLoss])
    }
    let count = validation.reduce(0) { $0 + $1.labels.count }
    let sum = try validation.reduce(0) { try $0 + loss([$1]) * Double($1.labels.count) }
    #expect(abs(try loss(validation) - sum / Double(count)) < 1e-6)
  }
}
