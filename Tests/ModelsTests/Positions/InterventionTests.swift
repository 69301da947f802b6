import Autodiff
import Formats
import Foundation
import Kernels
import TestSupport
import Testing

@testable import Models

/// What experiments may change in a position encoding to find out why it works.
struct InterventionTests {
  private let input = EncoderFixture.padded

  private func output(_ configuration: EncoderConfiguration, seed: UInt64 = 1) -> [Double] {
    EncoderFixture.trunk(configuration, seed: seed)(input).elements
  }

  /// The scores before softmax of each layer.
  private func scores(_ configuration: EncoderConfiguration) -> [[Double]] {
    var scores: [[Double]] = []
    _ = EncoderFixture.trunk(configuration)(input) { scores.append($0.scores.elements) }
    return scores
  }

  // MARK: - Rotary in some layers

  @Test func rotationInNoOtherLayer() {
    func configuration(_ layers: [Int]?, offset: Int = 0) -> EncoderConfiguration {
      var configuration = EncoderFixture.configuration(.rotary(.init(theta: 100, layers: layers)))
      configuration.layerCount = 3
      configuration.positionOffset = offset
      return configuration
    }
    var none = configuration(nil)
    none.position = .none
    let (all, first, others) = (scores(configuration(nil)), scores(configuration([0])), scores(configuration([1, 2])))
    let plain = scores(none)
    // The first layer sees the same embeddings in all of them.
    #expect(first[0] == all[0] && others[0] == plain[0])
    #expect(largestDifference(first[0], plain[0].map { $0.isFinite ? $0 : 0 }) > 1e-2)
    #expect(output(configuration([0, 1, 2])) == output(configuration(nil)))
    #expect(largestDifference(output(configuration([0])), output(configuration([1, 2]))) > 1e-3)
    #expect(largestDifference(output(configuration([2])), output(none)) > 1e-3)
  }

  /// What rotates in no layer from the second on is an encoder whose second layer sees no order of its own: its scores are
  /// the products of its own queries and keys.
  @Test func aLayerThatDoesNotRotateComparesWordsAlone() {
    let configuration = EncoderFixture.configuration(.rotary(.init(theta: 100, layers: [0])))
    let store = ParameterStore<Double>(seed: 1)
    let trunk = Trunk(store.scope(), configuration)
    var views: [AttentionView<Double>] = []
    _ = trunk(EncoderInput(batch: 1, time: 5, tokens: [3, 8, 5, 12, 7])) { views.append($0) }
    func projected(_ name: String) -> Tensor<Double> {
      let prefix = "encoder.layer.1.attention.self.\(name)."
      return views[1].input.linear(
        weight: store[prefix + "weight"]!.value, bias: store[prefix + "bias"]!.value)
    }
    let (query, key) = (projected("query").elements, projected("key").elements)
    for head in 0..<3 {
      for i in 0..<5 {
        for j in 0..<5 {
          let product = (0..<8).reduce(0) { $0 + query[i * 24 + head * 8 + $1] * key[j * 24 + head * 8 + $1] }
          #expect(abs(views[1].scores.elements[(head * 5 + i) * 5 + j] - product / 8.0.squareRoot()) < 1e-12)
        }
      }
    }
  }

  @Test func layersThatThereAreNotAreRefused() {
    let sizes = PositionSizes(hiddenSize: 24, embeddingSize: 24, headCount: 3, layerCount: 2, sequenceLength: 8)
    #expect(RotaryPositions(layers: [1]).misfit(sizes) == nil)
    #expect(RotaryPositions(layers: [0, 2]).misfit(sizes)?.expected == "layers from 0 to 1")
    for layers in [[2], [-1], []] {
      let configuration = EncoderFixture.configuration(.rotary(.init(layers: layers)))
      #expect(
        performing { try configuration.check(source: "f") }.hasPrefix("f: describes a model whose rotating layers"))
    }
  }

  // MARK: - A table that starts as the sinusoid

  @Test func theTableStartsAsTheSinusoid() throws {
    let position = PositionEncoding(LearnedPositions(positionCount: 11, start: .sinusoid, startScale: 0.25))
    let store = ParameterStore<Double>(seed: 1)
    let trunk = Trunk(store.scope(), EncoderFixture.configuration(position))
    let table = try #require(store["embeddings.position_embeddings.weight"]).value
    let rows: Tensor<Double> = sinusoids(positionCount: 11, size: 24)
    #expect(table.shape == [11, 24] && table.elements == rows.elements.map { 0.25 * $0 })
    #expect(trunk(input).elements.allSatisfy { $0.isFinite })
    // Only the table differs from another start.
    let other = ParameterStore<Double>(seed: 1)
    _ = Trunk(other.scope(), EncoderFixture.configuration(.learned(positionCount: 11)))
    for (a, b) in zip(store.parameters, other.parameters) where !a.name.contains("position_embeddings") {
      #expect(a.name == b.name && a.value.elements == b.value.elements)
    }
    let odd = PositionSizes(hiddenSize: 25, embeddingSize: 25, headCount: 5, layerCount: 2, sequenceLength: 8)
    #expect(LearnedPositions(positionCount: 11, start: .sinusoid).misfit(odd)?.found == "25")
    #expect(LearnedPositions(positionCount: 11).misfit(odd) == nil)
  }

  // MARK: - ALiBi's penalties as a help

  @Test(arguments: [PositionEncoding.learned(positionCount: 11), .none, .relative, .rotary(.init())])
  func penaltiesAreThereAndThenGone(position: PositionEncoding) {
    let plain = EncoderFixture.configuration(position)
    var helped = plain
    helped.alibiSteps = 5
    #expect([0, 1, 5].allSatisfy { helped.atStep($0) == helped })
    #expect(helped.atStep(6) == plain)
    #expect(largestDifference(output(helped), output(plain)) > 1e-3)
    if position == .none {
      // A help for who has no positions is ALiBi.
      var alibi = plain
      alibi.position = .alibi
      #expect(output(helped) == output(alibi))
    }
    let (with, without) = (scores(helped)[0], scores(plain)[0])
    let slopes = AlibiPositions.slopes(headCount: 3)
    for (index, pair) in zip(with, without).enumerated() where pair.1.isFinite {
      let (head, i, j) = (index / 49 % 3, index / 7 % 7, index % 7)
      #expect(abs(pair.0 - pair.1 + slopes[head] * Double(abs(i - j))) < 1e-12)
    }
  }

  // MARK: - In metadata

  @Test func configurationsReadBack() throws {
    var configurations = [
      PositionEncoding.rotary(.init(layers: [0, 1])),
      PositionEncoding(LearnedPositions(positionCount: 11, start: .sinusoid, startScale: 0.5)),
      .learned(positionCount: 11),
    ].map { EncoderFixture.configuration($0) }
    configurations[2].alibiSteps = 7
    for configuration in configurations {
      let data = try JSONEncoder().encode(configuration)
      #expect(try JSONDecoder().decode(EncoderConfiguration.self, from: data) == configuration)
    }
    // What older files say is read as before, and files that need not say more do not.
    let old = #"{"kind": "learned", "positionCount": 11}"#
    #expect(try JSONDecoder().decode(PositionEncoding.self, from: Data(old.utf8)) == .learned(positionCount: 11))
    let new = String(decoding: try JSONEncoder().encode(PositionEncoding.learned(positionCount: 11)), as: UTF8.self)
    #expect(!new.contains("start"))
  }
}
