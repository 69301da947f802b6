import Autodiff
import Kernels
import Platform

extension Check {
  /// The checks of every operation of the `Autodiff` library, broadcast, aliased and reused inputs included.
  ///
  /// Sizes are distinct and no multiples of a vector's, so that a swapped axis or a forgotten tail shows.
  public static let operations: [Check] =
    arithmetic + elementwise + shapes + reductions + products + normalizations + lookups + attentions

  private static let arithmetic: [Check] = [
    Check("+", [[3, 5], [3, 5]]) { $0[0] + $0[1] },
    Check("+.broadcast", [[2, 3, 5], [3, 1]]) { $0[0] + $0[1] },
    Check("+.aliased", [[3, 5]]) { $0[0] + $0[0] },
    Check("-", [[3, 5], [3, 5]]) { $0[0] - $0[1] },
    Check("-.broadcast", [[5], [2, 3, 5]]) { $0[0] - $0[1] },
    Check("-.aliased", [[7]]) { $0[0] - $0[0] * $0[0] },
    Check("-.negated", [[7]]) { -$0[0] },
    Check("*", [[3, 5], [3, 5]]) { $0[0] * $0[1] },
    Check("*.broadcast", [[2, 1, 5], [3, 1]]) { $0[0] * $0[1] },
    Check("*.aliased", [[3, 5]]) { $0[0] * $0[0] },
    Check("*.scalar", [[3, 5], []]) { $0[0] * $0[1] },
    Check("/", [[3, 5], [3, 5]], in: 0.5...2) { $0[0] / $0[1] },
    Check("/.broadcast", [[2, 3, 5], [3, 1]], in: 0.5...2) { $0[0] / $0[1] },
    Check("/.aliased", [[3, 5]], in: 0.5...2) { ($0[0] * $0[0]) / $0[0] },
    Check("scaled", [[3, 5]]) { $0[0].scaled(by: -2.5) },
  ]

  private static let elementwise: [Check] = [
    Check("exp", [[3, 7]]) { $0[0].exp() },
    Check("log", [[3, 7]], in: 0.5...3) { $0[0].log() },
    Check("tanh", [[3, 7]]) { $0[0].tanh() },
    Check("erf", [[3, 7]]) { $0[0].erf() },
    Check("gelu", [[3, 7]], in: -4...4) { $0[0].gelu() },
    Check("gelu.reused", [[3, 7]]) { $0[0].gelu() * $0[0] + $0[0] },
    Check("dropout", [[5, 7]]) { $0[0].dropout(rate: 0.4, source: RandomSource(seed: 3, purpose: "check")) },
  ]

  private static let shapes: [Check] = [
    Check("reshaped", [[3, 5]]) { $0[0].reshaped(to: [5, 3]).tanh() },
    Check("reshaped.reused", [[3, 5]]) { $0[0].reshaped(to: [15]) * $0[0].reshaped(to: [15]).exp() },
    Check("transposed", [[2, 3, 5]]) { $0[0].transposed([2, 0, 1]).tanh() },
    Check("transposed.lastTwo", [[2, 3, 5]]) { $0[0].swappingAxes().tanh() },
    Check("sliced", [[3, 7]]) { $0[0].sliced(alongAxis: 1, 2..<5).tanh() },
    Check("sliced.overlapping", [[7]]) { x in
      x[0].sliced(alongAxis: 0, 0..<5) * x[0].sliced(alongAxis: 0, 2..<7)
    },
    Check("sliced.middle", [[2, 5, 3]]) { $0[0].sliced(alongAxis: -2, 1..<4).tanh() },
  ]

  private static let reductions: [Check] = [
    Check("sum", [[3, 5]]) { $0[0].tanh().sum() },
    Check("sum.axes", [[2, 3, 5]]) { $0[0].sum(alongAxes: [0, -1]).tanh() },
    Check("sum.middle", [[2, 3, 5]]) { $0[0].sum(alongAxes: [1]).tanh() },
    Check("mean", [[2, 3, 5]]) { $0[0].mean(alongAxes: [1]).tanh() },
  ]

  private static let products: [Check] =
    [(false, false), (false, true), (true, false), (true, true)].flatMap { sides -> [Check] in
      let (left, right) = sides
      let name = "matrixMultiplied" + (left ? ".leftTransposed" : "") + (right ? ".rightTransposed" : "")
      let (a, b) = (left ? [5, 3] : [3, 5], right ? [7, 5] : [5, 7])
      let product: @Sendable ([Tensor<Double>]) -> Tensor<Double> = {
        $0[0].matrixMultiplied(by: $0[1], transposingSelf: left, transposingOther: right)
      }
      return [
        Check(name, [a, b], product),
        Check(name + ".batched", [[2] + a, [2] + b], product),
        Check(name + ".repeatedRight", [[2] + a, b], product),
        Check(name + ".repeatedLeft", [a, [2] + b], product),
      ]
    } + [
      Check("matrixMultiplied.aliased", [[5, 5]]) { $0[0].matrixMultiplied(by: $0[0]) },
      Check("matrixMultiplied.large", [[37, 131], [131, 29]]) { $0[0].matrixMultiplied(by: $0[1]) },
      Check("linear", [[2, 3, 5], [7, 5], [7]]) { $0[0].linear(weight: $0[1], bias: $0[2]) },
      Check("linear.reusedWeight", [[3, 5], [5, 5], [5]]) {
        $0[0].linear(weight: $0[1], bias: $0[2]).tanh().linear(weight: $0[1], bias: $0[2])
      },
    ]

  private static let normalizations: [Check] = [
    Check("softmax", [[3, 7]]) { $0[0].softmax() },
    Check("softmax.firstAxis", [[3, 2, 5]]) { $0[0].softmax(alongAxis: 0) },
    Check("logSoftmax", [[3, 7]]) { $0[0].logSoftmax() },
    Check("logSoftmax.middle", [[3, 2, 5]]) { $0[0].logSoftmax(alongAxis: 1) },
    Check("layerNorm", [[3, 7], [7], [7]]) { $0[0].layerNorm(gain: $0[1], bias: $0[2]) },
    Check("layerNorm.aliased", [[3, 7], [7]]) { $0[0].layerNorm(gain: $0[1], bias: $0[1]) },
    Check("layerNorm.rank3", [[2, 3, 19], [19], [19]]) { $0[0].layerNorm(gain: $0[1], bias: $0[2], epsilon: 1e-3) },
    Check("crossEntropy", [[5, 11]], in: -3...3) { $0[0].crossEntropy(labels: [0, 10, 3, 3, 7]) },
  ]

  private static let lookups: [Check] = [
    Check("gathering", [[5, 3]]) { $0[0].gathering(rows: [4, 0, 2]).tanh() },
    Check("gathering.repeated", [[5, 3]]) { $0[0].gathering(rows: [1, 1, 4, 1, 0, 4], leading: [2, 3]).tanh() },
    Check("gathering.tied", [[5, 3], [3]]) { x in
      x[0].gathering(rows: [1, 4, 1]).linear(weight: x[0], bias: x[0].sum(alongAxes: [1])) * x[1].sum()
    },
  ]

  private static let attentions: [Check] = {
    let shape = [2, 5, 3, 6]
    let padding = [false, false, true, false, true, true, false, false, false, false]
    let rotations: [(String, Rotation<Double>)] = [
      ("interleaved", Rotation(positionCount: 5, rotatedDimensions: 6, pairing: .interleaved)),
      ("halves", Rotation(positionCount: 7, rotatedDimensions: 6, theta: 50, pairing: .halves)),
      ("partial", Rotation(positionCount: 5, rotatedDimensions: 4, theta: 10, offset: 3)),
    ]
    var checks = [
      Check("attention", [shape, shape, shape]) { attention(query: $0[0], key: $0[1], value: $0[2]) },
      Check("attention.padded", [shape, shape, shape]) {
        attention(query: $0[0], key: $0[1], value: $0[2], keyPadding: padding)
      },
      Check("attention.hiddenSequence", [shape, shape, shape]) {
        attention(
          query: $0[0], key: $0[1], value: $0[2],
          keyPadding: [Bool](repeating: true, count: 5) + [Bool](repeating: false, count: 5))
      },
      Check("attention.aliased", [shape]) { attention(query: $0[0], key: $0[0], value: $0[0]) },
      Check("attention.dropout", [shape, shape, shape]) {
        attention(
          query: $0[0], key: $0[1], value: $0[2],
          dropout: AttentionDropout(rate: 0.3, source: RandomSource(seed: 5, purpose: "check")))
      },
      Check("attention.long", [[1, 301, 2, 4], [1, 301, 2, 4], [1, 301, 2, 4]]) {
        attention(query: $0[0], key: $0[1], value: $0[2], rotation: Rotation(positionCount: 301, rotatedDimensions: 4))
      },
    ]
    for (name, rotation) in rotations {
      checks.append(Check("rotated.\(name)", [shape]) { $0[0].rotated(by: rotation) })
      checks.append(
        Check("attention.\(name)", [shape, shape, shape]) {
          attention(query: $0[0], key: $0[1], value: $0[2], keyPadding: padding, rotation: rotation)
        })
    }
    return checks
  }()
}
