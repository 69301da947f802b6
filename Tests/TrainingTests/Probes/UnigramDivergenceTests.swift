import Autodiff
import Foundation
import Models
import Testing

@testable import Training

struct UnigramDivergenceTests {
  private let unigram = UnigramDistribution(counts: (0..<24).map { $0 < 5 ? 0 : 3 * $0 })

  /// One is added to each count, as in the unigram loss.
  @Test func frequenciesAreSmoothed() {
    let probabilities = UnigramDistribution(counts: [0, 3, 5]).probabilities
    #expect(zip(probabilities, [1.0 / 11, 4.0 / 11, 6.0 / 11]).allSatisfy { abs($0 - $1) < 1e-15 })
  }

  /// The stage of a model that predicts one distribution everywhere: its head's bias.
  private func stage(predicting probabilities: [Double]) throws -> Double {
    let rows = ProbeFixture.rows(UnigramDivergence(unigram: unigram), .rotary(.init()), on: try ProbeFixture.batch()) {
      $0["cls.predictions.transform.LayerNorm.weight"]!.weight.update { for i in $0.indices { $0[i] = 0 } }
      $0["cls.predictions.bias"]!.weight.update { for i in $0.indices { $0[i] = log(probabilities[i]) } }
    }
    return try #require(rows.first).value
  }

  @Test func predictingTheFrequenciesIsNoDistance() throws {
    #expect(abs(try stage(predicting: unigram.probabilities)) < 1e-12)
  }

  /// The divergence of the prediction from the frequencies, not the other way round.
  @Test func theDistanceOfAUniformPrediction() throws {
    let expected = unigram.probabilities.reduce(0) { $0 - log(24 * $1) / 24 }
    #expect(abs(try stage(predicting: [Double](repeating: 1.0 / 24, count: 24)) - expected) < 1e-12)
    let reverse = unigram.probabilities.reduce(0) { $0 + $1 * log(24 * $1) }
    #expect(abs(expected - reverse) > 1e-2)
  }

  /// Predictions that are sure of different halves of the vocabulary are near the frequencies on average; what is
  /// predicted for hidden tokens that are not shown as masks does not count.
  @Test func predictionsAreAveragedBeforeTheyAreCompared() throws {
    let batch = try ProbeFixture.batch()
    let masks = Set(batch.maskPlaces.joined())
    var (number, firstHalf) = (0, 0)
    let logits = batch.batch.maskedPositions.flatMap { place -> [Double] in
      guard masks.contains(Int(place)) else { return (0..<24).map { $0 == 7 ? 0 : -1e6 } }
      let isFirst = number % 3 == 0
      number += 1
      if isFirst { firstHalf += 1 }
      return (0..<24).map { ($0 < 12) == isFirst ? 0 : -1e6 }
    }
    let look = ProbeFixture.look(
      hidden: Tensor(repeating: 0, shape: [8, 16, 24]), logits: Tensor(logits, shape: [logits.count / 24, 24]))
    let uniform = UnigramDistribution(counts: [Int](repeating: 2, count: 24))
    let share = Double(firstHalf) / Double(number)
    let expected = share * log(2 * share) + (1 - share) * log(2 * (1 - share))
    let rows = UnigramDivergence(unigram: uniform).rows(of: look, on: batch)
    #expect(rows.count == 1 && abs(rows[0].value - expected) < 1e-12)
    #expect(UnigramDivergence(unigram: uniform).rows(of: look, on: try ProbeFixture.repeatedWord()).isEmpty)
  }
}
