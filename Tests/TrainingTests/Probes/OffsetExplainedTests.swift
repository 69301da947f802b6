import Autodiff
import Kernels
import Models
import Platform
import Testing

@testable import Models
@testable import Training

struct OffsetExplainedTests {
  private func shares(_ position: PositionEncoding, layer: Int = 0) throws -> [Double] {
    let rows = ProbeFixture.rows(OffsetExplained(), position, on: try ProbeFixture.repeatedWord())
      .filter { $0.layer == layer }
    #expect(rows.map(\.head) == [0, 1, 2])
    return rows.map(\.value)
  }

  /// In the first layer, words that are equal leave nothing to scores but the offset.
  @Test(arguments: [
    PositionEncoding.rotary(.init()), .rotary(.init(pairing: .halves, theta: 100)), .rotary(.init(fraction: 0.5)),
    .alibi, .relative,
  ])
  func relativeEncodingsAreExplainedByOffsets(position: PositionEncoding) throws {
    for share in try shares(position) { #expect(abs(share - 1) < 1e-12) }
    // In the second they are not equal: [CLS] is nearer to some of them.
    for share in try shares(position, layer: 1) { #expect(share > 0 && share < 1 - 1e-9) }
  }

  @Test(arguments: [PositionEncoding.learned(positionCount: 16), .untied(positionCount: 16)])
  func tablesAreNotExplainedByOffsets(position: PositionEncoding) throws {
    for share in try shares(position) { #expect(share > 0 && share < 0.9) }
  }

  /// Without positions the scores of equal words do not vary, so there is nothing to explain.
  @Test func equalScoresHaveNothingToExplain() throws {
    #expect(try shares(.none) == [0, 0, 0])
  }

  /// By the definition, from a list of all pairs; pairs that are hidden and places of special tokens do not count.
  @Test func shareIsThatOfTheVariance() throws {
    let batch = try ProbeFixture.batch()
    let source = RandomSource(seed: 1, purpose: "scores")
    var elements = (0..<8 * 3 * 256).map { index in
      let (i, j) = (index / 16 % 16, index % 16)
      return source.uniform(at: index) + Double((j - i) * (j - i)) / 50
    }
    for index in elements.indices where index % 16 > index / 16 % 16 { elements[index] = -.infinity }
    let scores = Tensor(elements, shape: [8, 3, 16, 16])
    let view = AttentionView(
      layer: 4, input: Tensor(repeating: 0, shape: [8, 16, 24]), scores: scores, weights: scores)
    let rows = OffsetExplained().rows(of: view, on: batch)
    #expect(rows.map(\.layer) == [4, 4, 4])
    for head in 0..<3 {
      var byOffset: [Int: [Double]] = [:]
      for sequence in 0..<8 {
        for i in batch.textPlaces[sequence].map({ $0 % 16 }) {
          for j in batch.textPlaces[sequence].map({ $0 % 16 }) where j <= i {
            byOffset[j - i, default: []].append(elements[((sequence * 3 + head) * 16 + i) * 16 + j])
          }
        }
      }
      func mean(_ x: [Double]) -> Double { x.reduce(0, +) / Double(x.count) }
      func variance(_ x: [Double]) -> Double { mean(x.map { ($0 - mean(x)) * ($0 - mean(x)) }) }
      let explained = byOffset.values.flatMap { scores in scores.map { _ in mean(scores) } }
      let expected = variance(explained) / variance(byOffset.values.flatMap { $0 })
      #expect(expected > 0.2 && expected < 0.98)
      #expect(abs(rows[head].value - expected) < 1e-12)
    }
  }
}
