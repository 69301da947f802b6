import Autodiff
import Models
import Kernels
import Testing

/// What makes a position encoding what it is; gradients that agree with wrong values would not show it.
struct PositionPropertiesTests {
  /// The hidden vectors of one sequence, a row a token.
  private func hidden(_ tokens: [Int32], _ position: PositionEncoding) -> [[Double]] {
    let output = EncoderFixture.trunk(EncoderFixture.configuration(position))(
      EncoderInput(batch: 1, time: tokens.count, tokens: tokens))
    return stride(from: 0, to: output.count, by: 24).map { Array(output.elements[$0..<$0 + 24]) }
  }

  @Test(arguments: EncoderFixture.allPositions)
  func permutingTokensPermutesOutputsOnlyWithoutPositions(position: PositionEncoding) {
    let tokens: [Int32] = [3, 8, 5, 12, 7]
    let order = [2, 0, 4, 1, 3]
    let straight = hidden(tokens, position)
    let permuted = hidden(order.map { tokens[$0] }, position)
    let difference = order.enumerated().map { largestDifference(permuted[$0.offset], straight[$0.element]) }.max()!
    if position == .none {
      #expect(difference < 1e-12)
    } else {
      #expect(difference > 1e-3, "\(position)")
    }
  }

  @Test(arguments: EncoderFixture.allPositions)
  func whatSaysThatItRotatesDoes(position: PositionEncoding) {
    let rotation = EncoderFixture.configuration(position).rotation(Double.self, positionCount: 3)
    #expect(position.scheme.rotates == (rotation != nil))
  }

  /// A rotary encoder sees offsets alone: what stands before padding that is hidden does not matter.
  @Test func rotaryDependsOnOffsetsAlone() {
    let configuration = EncoderFixture.configuration(.rotary(.init()))
    let trunk = EncoderFixture.trunk(configuration)
    let word: [Int32] = [4, 9, 6]
    let early = trunk(
      EncoderInput(batch: 1, time: 5, tokens: word + [0, 0], keyPadding: [false, false, false, true, true])
    ).elements[0..<3 * 24]
    let late = trunk(
      EncoderInput(batch: 1, time: 5, tokens: [0, 0] + word, keyPadding: [true, true, false, false, false])
    ).elements[2 * 24..<5 * 24]
    #expect(largestDifference(Array(early), Array(late)) < 1e-12)
  }

  @Test(arguments: [PositionEncoding.sinusoidal(.plain), .learned(positionCount: 11)])
  func addedPositionsAreAbsolute(position: PositionEncoding) {
    let trunk = EncoderFixture.trunk(EncoderFixture.configuration(position))
    let early = trunk(EncoderInput(batch: 1, time: 3, tokens: [4, 9, 0], keyPadding: [false, false, true]))
    let late = trunk(EncoderInput(batch: 1, time: 3, tokens: [0, 4, 9], keyPadding: [true, false, false]))
    #expect(largestDifference(Array(early.elements[0..<48]), Array(late.elements[24..<72])) > 1e-3)
  }

  /// Row p, column 2i is sin(p · 10000^(−2i/d)): numbers computed by hand.
  @Test func sinusoidsHaveTheirPublishedValues() {
    let table: Tensor<Double> = sinusoids(positionCount: 4, size: 4)
    let expected: [Double] = [
      0, 1, 0, 1,
      0.8414709848078965, 0.5403023058681398, 0.009999833334166664, 0.9999500004166653,
      0.9092974268256817, -0.4161468365471424, 0.01999866669333308, 0.9998000066665778,
      0.1411200080598672, -0.9899924966004454, 0.02999550020249566, 0.9995500337489875,
    ]
    #expect(largestDifference(table.elements, expected) < 1e-15)
  }

  /// The sinusoid that an encoder adds to position p is row p of the table, neither shifted nor scaled.
  @Test func plainSinusoidIsAddedAtItsPosition() {
    let tokens: [Int32] = [3, 3, 3, 3, 3]
    func embedded(_ position: PositionEncoding) -> Tensor<Double> {
      // No blocks: the trunk is its embeddings alone.
      var configuration = EncoderFixture.configuration(position)
      configuration.layerCount = 0
      return EncoderFixture.trunk(configuration)(EncoderInput(batch: 1, time: 5, tokens: tokens))
    }
    let store = ParameterStore<Double>(seed: 1)
    var configuration = EncoderFixture.configuration(.none)
    configuration.layerCount = 0
    _ = Trunk(store.scope(), configuration)
    let word = store["embeddings.word_embeddings.weight"]!.value.gathering(rows: tokens)
    let type = store["embeddings.token_type_embeddings.weight"]!.value.gathering(rows: [0, 0, 0, 0, 0])
    let table: Tensor<Double> = sinusoids(positionCount: 5, size: 24)
    let (one, zero) = (Tensor<Double>(repeating: 1, shape: [24]), Tensor<Double>(repeating: 0, shape: [24]))
    func expected(_ sum: Tensor<Double>) -> [Double] { sum.layerNorm(gain: one, bias: zero).elements }
    #expect(
      largestDifference(embedded(.sinusoidal(.plain)).elements, expected(word + type + table)) < 1e-12)
    #expect(
      largestDifference(
        embedded(.sinusoidal(.scaledTokens)).elements, expected(word.scaled(by: 24.squareRoot()) + type + table))
        < 1e-12)
    #expect(
      largestDifference(
        embedded(.sinusoidal(.learned)).elements, expected(word + type + table.scaled(by: 1 / 24.squareRoot())))
        < 1e-12)
  }
}
