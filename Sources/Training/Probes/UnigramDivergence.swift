import Foundation
import Curves
import Kernels
import Models

/// How far predictions have left the frequencies of words: KL(p̄ ‖ u) = Σ p̄ ln(p̄ / u), in nats.
///
/// p̄ is the mean over M, the places shown as `[MASK]`, of the predicted distributions over the vocabulary; u is the unigram
/// distribution of the training text. Large before anything is learned; near 0 at the stage of unigrams, and again for a
/// model whose predictions are right on average. No row if nothing is shown as `[MASK]`.
///
/// Source: probe 5 of the study's protocol.
public struct UnigramDivergence: EncoderProbe {
  /// The name.
  public static let name = "unigram-divergence"

  /// u.
  public let unigram: UnigramDistribution

  /// The probe.
  public init(unigram: UnigramDistribution) {
    self.unigram = unigram
  }

  /// The divergence.
  ///
  /// - Precondition: the model predicts the tokens that the unigram distribution has.
  public func rows<S: Scalar>(of look: EncoderLook<S>, on batch: ProbedBatch) -> [ProbeValue] {
    let size = look.logits.shape[1]
    precondition(
      unigram.probabilities.count == size,
      "UnigramDivergence: unigrams of \(unigram.probabilities.count) tokens for logits \(look.logits.shape)")
    let masks = Set(batch.maskPlaces.joined())
    let rows = batch.batch.maskedPositions.indices.filter { masks.contains(Int(batch.batch.maskedPositions[$0])) }
    guard !rows.isEmpty else { return [] }
    let probabilities = look.logits.gathering(rows: rows.map { Int32($0) }).softmax(alongAxis: -1)
      .mean(alongAxes: [0]).elements
    return [
      row(
        zip(probabilities, unigram.probabilities).reduce(0) { sum, pair in
          let p = Double(pair.0)
          return p > 0 ? sum + p * log(p / pair.1) : sum
        })
    ]
  }
}
