import Autodiff
import Models
import Kernels

/// A small encoder whose sizes are all distinct, in `Double`.
enum EncoderFixture {
  static let allPositions: [PositionEncoding] = [
    .none, .sinusoidal(.plain), .sinusoidal(.scaledTokens), .sinusoidal(.learned), .learned(positionCount: 11),
    .rotary(.init()), .rotary(.init(pairing: .halves, theta: 100)), .rotary(.init(fraction: 0.5)),
    .rotary(.init(rotatesValues: true)), .alibi, .relative,
    .untied(positionCount: 11),
  ]

  static func configuration(
    _ position: PositionEncoding, residualOrder: EncoderConfiguration.ResidualOrder = .post, dropout: Double = 0
  ) -> EncoderConfiguration {
    // Larger initial weights than BERT's, so that attention is not flat and every gradient is of a visible size.
    EncoderConfiguration(
      vocabularySize: 13, layerCount: 2, hiddenSize: 24, headCount: 3, feedForwardSize: 37, position: position,
      residualOrder: residualOrder, dropout: dropout, initializerDeviation: 0.3)
  }

  /// Two sequences of seven tokens, the last two of the second being padding.
  static let padded = EncoderInput(
    batch: 2, time: 7, tokens: [1, 5, 9, 2, 6, 3, 11, 4, 8, 12, 7, 10, 0, 0],
    tokenTypes: [0, 0, 0, 1, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0],
    keyPadding: [Bool](repeating: false, count: 12) + [true, true])

  static func trunk(_ configuration: EncoderConfiguration, seed: UInt64 = 1) -> Trunk<Double> {
    Trunk(ParameterStore<Double>(seed: seed).scope(), configuration)
  }
}

/// The largest difference between two lists of numbers.
func largestDifference(_ a: [Double], _ b: [Double]) -> Double {
  zip(a, b).map { abs($0 - $1) }.max() ?? 0
}
