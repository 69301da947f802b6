import Autodiff
import Kernels
import Platform

/// What an encoder and its training are made of, each part replaceable by a wrong one.
///
/// The parts of `right` are the library's own operations, attention composed of them, so that a wrong part shows where
/// it would show in the product.
public struct OperationSet: Sendable {
  /// What is computed with.
  public typealias Value = Tensor<Double>

  /// a − b.
  public var subtract: @Sendable (Value, Value) -> Value = { $0 - $1 }
  /// GELU.
  public var gelu: @Sendable (Value) -> Value = { $0.gelu() }
  /// x, weight, bias.
  public var linear: @Sendable (Value, Value, Value) -> Value = { $0.linear(weight: $1, bias: $2) }
  /// x, gain, bias.
  public var layerNorm: @Sendable (Value, Value, Value) -> Value = { $0.layerNorm(gain: $1, bias: $2) }
  /// Along the last axis.
  public var softmax: @Sendable (Value) -> Value = { $0.softmax() }
  /// The rows of a table, as the given axes.
  public var gather: @Sendable (Value, [Int32], [Int]) -> Value = { $0.gathering(rows: $1, leading: $2) }
  /// Logits and labels.
  public var crossEntropy: @Sendable (Value, [Int32]) -> Value = { $0.crossEntropy(labels: $1) }
  /// x, rate, draws.
  public var dropout: @Sendable (Value, Double, RandomSource) -> Value = { $0.dropout(rate: $1, source: $2) }
  /// The turned queries or keys.
  public var rotate: @Sendable (Value, Rotation<Double>) -> Value = { $0.rotated(by: $1) }
  /// What happens to values where queries and keys are rotated: nothing.
  public var rotateValues: @Sendable (Value, Rotation<Double>) -> Value = { values, _ in values }
  /// The θ of a rotation that asks for one.
  public var theta: @Sendable (Double) -> Double = { $0 }
  /// The factor of scores, from a head's width.
  public var scoreScale: @Sendable (Int) -> Double = { 1 / Double($0).squareRoot() }
  /// Scores `[batch, heads, time, time]`, scaled, with a bias `[heads, time, time]`.
  public var addBias: @Sendable (Value, Value) -> Value = { $0 + $1 }
  /// Scores `[batch, heads, time, time]` with those of hidden keys out of reach of softmax.
  public var hide: @Sendable (Value, [Bool]) -> Value = { scores, hidden in
    let (batch, time) = (scores.shape[0], scores.shape[3])
    return scores + Value(hidden.map { $0 ? -1e9 : 0 }, shape: [batch, 1, 1, time])
  }
  /// The position of a sequence's first token in the table of sinusoids.
  public var firstPosition = 0
  /// Whether weight decay applies to a weight of this name.
  public var decays: @Sendable (String) -> Bool = {
    !$0.hasSuffix("bias") && !$0.contains("LayerNorm") && !$0.hasSuffix("scale")
  }
  /// The factor of gradients, from their global norm and the largest allowed one.
  public var clipFactor: @Sendable (Double, Double) -> Double = { norm, limit in norm > limit ? limit / norm : 1 }
  /// 1 − βᵗ, which a moment is divided by.
  public var momentCorrection: @Sendable (Double, Int) -> Double = { beta, step in
    1 - (0..<step).reduce(1) { power, _ in power * beta }
  }

  /// All parts as they should be.
  public static let right = OperationSet()

  /// Scaled dot-product attention over `[batch, time, heads, headDim]`, composed.
  public func attention(
    _ query: Value, _ key: Value, _ value: Value, keyPadding: [Bool]?, rotation: Rotation<Double>?,
    bias: Value? = nil
  ) -> Value {
    let turn = { (x: Value) in rotation.map { rotate(x, $0) } ?? x }
    let values = rotation.map { rotateValues(value, $0) } ?? value
    func headsFirst(_ x: Value) -> Value { x.transposed([0, 2, 1, 3]) }
    let scores = headsFirst(turn(query)).matrixMultiplied(by: headsFirst(turn(key)), transposingOther: true)
      .scaled(by: scoreScale(query.shape[3]))
    let biased = bias.map { addBias(scores, $0) } ?? scores
    let weights = softmax(keyPadding.map { hide(biased, $0) } ?? biased)
    return headsFirst(weights.matrixMultiplied(by: headsFirst(values)))
  }

  /// A rotation of all dimensions, or of the first ones, of each head.
  public func rotation(
    positionCount: Int, rotatedDimensions: Int, theta: Double, pairing: RotaryPairing = .interleaved, offset: Int = 0
  ) -> Rotation<Double> {
    Rotation(
      positionCount: positionCount, rotatedDimensions: rotatedDimensions, theta: self.theta(theta), pairing: pairing,
      offset: offset)
  }
}
