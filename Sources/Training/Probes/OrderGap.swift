import Autodiff
import Curves
import Kernels
import Models
import Platform

/// How much worse a model predicts when a sequence's words stand in another order, in nats per hidden token.
///
/// The loss on the batch with the places of each sequence permuted, minus the loss on the batch; both are means over all
/// hidden tokens. Tokens, masks and labels move together. Special tokens stay where they are, `[CLS]`, `[SEP]` and
/// padding, so that the places of the text are permuted among themselves. Zero to rounding for a model that does not know
/// positions.
///
/// Source: probe 1 of the study's protocol. The plateau's end is the first step above 0.05 at two
/// validations running.
public struct OrderGap: EncoderProbe {
  /// The name.
  public static let name = "order-gap"

  /// The probe.
  public init() {}

  /// The gap.
  public func rows<S: Scalar>(of look: EncoderLook<S>, on batch: ProbedBatch) -> [ProbeValue] {
    let permuted = batch.batch.moved(to: Self.places(in: batch))
    let logits = look.model.logits(EncoderInput(permuted), at: permuted.maskedPositions)
    return [row(loss(logits, permuted.labels) - loss(look.logits, batch.batch.labels))]
  }

  private func loss<S: Scalar>(_ logits: Tensor<S>, _ labels: [Int32]) -> Double {
    // Summed in `Double`: the gap is a small difference.
    logits.crossEntropy(labels: labels).elements.reduce(0) { $0 + Double($1) } / Double(labels.count)
  }

  /// Where the token of each place goes: `[batch · time]`.
  ///
  /// A permutation for each sequence, keyed by its number in the batch alone: the same at every step of every run.
  static func places(in batch: ProbedBatch) -> [Int] {
    var places = Array(batch.isText.indices)
    for (sequence, text) in batch.textPlaces.enumerated() {
      let order = RandomSource(seed: 0, purpose: "order gap", step: sequence).permutation(of: text.count)
      for (place, target) in zip(text, order) { places[place] = text[target] }
    }
    return places
  }
}
