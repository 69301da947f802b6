import Autodiff
import Kernels
import Testing

@testable import Models

/// The third seam of a position encoding, filled by one that is here alone.
struct ScoreBiasTests {
  /// Adds −slope · |i − j| to the scores of each head, its slope trained.
  private struct DistancePenalty: PositionScheme {
    static let name = "distance"
    static let keys: [PositionKey] = []
    static var checkedForms: [(form: String, scheme: DistancePenalty)] { [] }
    var slope: Double
    var values: PositionKey.Values { [:] }

    init(slope: Double) { self.slope = slope }
    init(_ values: PositionKey.Values) { self.init(slope: 0) }

    func scoreBias<S: Scalar>(
      _ scope: ParameterScope<S>, _ configuration: EncoderConfiguration
    ) -> ((_ time: Int) -> Tensor<S>)? {
      let heads = configuration.headCount
      let slopes = scope["distance"].parameter("slope", .gain, shape: [heads, 1, 1], .constant(slope))
      return { time in
        let distances = (0..<time * time).map { S(-abs($0 / time - $0 % time)) }
        return slopes * Tensor(distances, shape: [1, time, time])
      }
    }
  }

  private func configuration(
    _ position: PositionEncoding, keyValueHeads: Int = 2, mask: AttentionMask = .bidirectional
  ) -> EncoderConfiguration {
    var configuration = EncoderFixture.configuration(position)
    (configuration.headCount, configuration.keyValueHeadCount, configuration.attentionMask) = (6, keyValueHeads, mask)
    return configuration
  }

  private func hidden(_ configuration: EncoderConfiguration, _ input: EncoderInput) -> [Double] {
    EncoderFixture.trunk(configuration)(input).elements
  }

  /// Zeros that are added change nothing, whatever the mask, the padding and the number of key heads.
  @Test(arguments: AttentionMask.allCases, [1, 2, 6])
  func addingNothingIsPlainAttention(mask: AttentionMask, keyValueHeads: Int) {
    let plain = hidden(configuration(.none, keyValueHeads: keyValueHeads, mask: mask), EncoderFixture.padded)
    let biased = hidden(
      configuration(
        PositionEncoding(DistancePenalty(slope: 0)), keyValueHeads: keyValueHeads, mask: mask), EncoderFixture.padded)
    #expect(largestDifference(plain, biased) < 1e-12)
  }

  /// A penalty on distance sees offsets alone, and sees them.
  @Test func aPenaltyOnDistanceKnowsOffsetsAlone() {
    let configuration = configuration(PositionEncoding(DistancePenalty(slope: 0.5)))
    func padded(_ tokens: [Int32], _ isHidden: [Bool]) -> EncoderInput {
      EncoderInput(batch: 1, time: 5, tokens: tokens, keyPadding: isHidden)
    }
    let early = hidden(configuration, padded([4, 9, 6, 0, 0], [false, false, false, true, true]))
    let late = hidden(configuration, padded([0, 0, 4, 9, 6], [true, true, false, false, false]))
    #expect(largestDifference(Array(early[..<72]), Array(late[48...])) < 1e-12)
    let swapped = hidden(configuration, padded([4, 6, 9, 0, 0], [false, false, false, true, true]))
    #expect(largestDifference(Array(early[..<24]), Array(swapped[..<24])) > 1e-3)
  }

  /// The scheme's weight is the model's, and its gradient that of differences.
  @Test func theSlopeIsTrained() throws {
    let configuration = configuration(PositionEncoding(DistancePenalty(slope: 0.5)))
    let store = ParameterStore<Double>(seed: 1)
    func loss(_ scope: ParameterScope<Double>) -> Tensor<Double> {
      let hidden = Trunk(scope, configuration)(EncoderFixture.padded)
      return (hidden * hidden * hidden).mean()
    }
    let tape = Tape<Double>()
    let scope = store.scope(on: tape)
    let gradients = tape.gradients(of: loss(scope))
    let index = try #require(store.parameters.firstIndex { $0.name == "distance.slope" })
    #expect(store.parameters[index].part == .positions)
    let variable = try #require(scope.variables[index])
    let gradient = try #require(gradients[variable]).elements
    let slopes = store.parameters[index].weight
    for head in 0..<6 {
      func value(_ distance: Double) -> Double {
        slopes.update { $0[head] += distance }
        defer { slopes.update { $0[head] -= distance } }
        return loss(store.scope()).scalar
      }
      let difference = (value(1e-5) - value(-1e-5)) / 2e-5
      #expect(abs(gradient[head]) > 1e-6)
      #expect(abs(difference - gradient[head]) < 1e-8)
    }
  }
}
