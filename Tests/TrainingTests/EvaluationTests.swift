import Autodiff
import Models
import Foundation
import Kernels
import Testing
import Text
import Training

struct EvaluationTests {
  /// A model sees nothing of an answer but through the inputs: changing the labels changes neither logits nor rank.
  @Test func labelsDoNotLeak() throws {
    let data = try TrainingFixture.data()
    let batch = data.validation[0]
    let store = ParameterStore<Float>(seed: 2)
    let model = MaskedLanguageModel(store.scope(), TrainingFixture.encoder)
    let masked = Set(batch.maskedPositions)
    // Of a hidden token the input holds [MASK], a random token, or, in one case of ten, the token itself.
    let shown = zip(batch.maskedPositions, batch.labels).filter { batch.tokens[Int($0.0)] == $0.1 }.count
    #expect(Double(shown) < 0.35 * Double(masked.count))
    let evaluation = Evaluation.measure(model, on: data.validation)
    #expect(abs(evaluation.lossNats - log(24)) < 0.5)
  }

  /// The mean over all masked tokens, whatever the batches: three batches at once are as one after another.
  @Test func everyMaskedTokenCountsTheSame() throws {
    let data = try TrainingFixture.data()
    let model = MaskedLanguageModel(ParameterStore<Float>(seed: 2).scope(), TrainingFixture.encoder)
    let whole = Evaluation.measure(model, on: data.validation)
    var (sum, count) = (0.0, 0)
    for batch in data.validation {
      let part = Evaluation.measure(model, on: [batch])
      sum += part.lossNats * Double(batch.labels.count)
      count += batch.labels.count
    }
    #expect(abs(whole.lossNats - sum / Double(count)) < 1e-6)
  }
}
