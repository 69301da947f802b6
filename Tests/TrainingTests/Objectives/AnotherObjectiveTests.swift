import Autodiff
import Curves
import Foundation
import Kernels
import Models
import Platform
import Testing
import Text

@testable import Training

/// That the trainer takes an objective which it does not know: the next token, made of what there is.
private struct NextToken: Objective {
  static let name = "next token of tests"

  struct Batch: ExampleBatch {
    let size: Int
    let time: Int
    let tokens: [Int32]
    var tokenCount: Int { tokens.count }
    var digest: String {
      var digest = Digest()
      digest.update(tokens)
      return digest.finish()
    }
    /// Every position but each sequence's last one.
    var positions: [Int32] { tokens.indices.filter { $0 % time < time - 1 }.map(Int32.init) }
    var labels: [Int32] { positions.map { tokens[Int($0) + 1] } }
  }

  func batch(of rows: [Int], from examples: PackedSequences, _ draws: BatchDraws) -> Batch {
    Batch(size: rows.count, time: examples.sequenceLength, tokens: rows.flatMap { examples[$0] })
  }

  func labels(of batch: Batch) -> [Int32] { batch.labels }

  func addWeights<S: Scalar>(to weights: ParameterScope<S>, of configuration: EncoderConfiguration) {
    _ = MaskedLanguageModel(weights, configuration)
  }

  func loss<S: Scalar>(
    of batch: Batch, _ weights: ParameterScope<S>, _ configuration: EncoderConfiguration, _ mode: ForwardMode
  ) -> Tensor<S> {
    let input = EncoderInput(batch: batch.size, time: batch.time, tokens: batch.tokens)
    return MaskedLanguageModel(weights, configuration).loss(
      input, at: batch.positions, labels: batch.labels, mode)
  }

  func measures<S: Scalar>(
    of weights: ParameterScope<S>, _ configuration: EncoderConfiguration, on batches: [Batch]
  ) -> [Measure: Double] {
    let losses = batches.map { Double(loss(of: $0, weights, configuration, .evaluation).scalar) }
    return [.validationLoss: losses.reduce(0, +) / Double(losses.count)]
  }
}

/// Something else that is measured at validations: how many batches there are.
private struct BatchCount: HeldOutMetric {
  func measures<S: Scalar>(
    of weights: ParameterScope<S>, _ configuration: EncoderConfiguration, on batches: [NextToken.Batch]
  ) -> [Measure: Double] {
    [.validationAccuracy: Double(batches.count)]
  }
}

struct AnotherObjectiveTests {
  @Test func theTrainerTakesIt() throws {
    let examples = try TrainingFixture.data().batches.examples
    var encoder = TrainingFixture.encoder
    encoder.attentionMask = .causal
    let validation = try ValidationSet(NextToken(), examples: examples, batchSize: 4, limit: 9).batches
    let trainer = Trainer(
      encoder: encoder, settings: TrainingFixture.settings(steps: 60), peakLearningRate: 1e-2, seed: 0,
      batches: try BatchSource(NextToken(), examples: examples, batchSize: 4, seed: 0), validation: validation,
      metrics: [BatchCount()])
    #expect(try trainer.run() == .finished)
    let losses = trainer.points.compactMap { $0[.validationLoss] }
    #expect(abs(losses[0] - log(24)) < 0.2)
    #expect(try #require(losses.last) < 1.5)
    for point in trainer.points {
      #expect(point[.validationAccuracy] == (point[.validationLoss] == nil ? nil : Double(validation.count)))
    }
  }
}
