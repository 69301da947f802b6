import Autodiff
import Kernels
import Platform

extension CheckedFunction {
  /// Every operation of the `Autodiff` library, broadcast, aliased and reused inputs included.
  ///
  /// Sizes are distinct and no multiples of a vector's, so that a swapped axis or a forgotten tail shows.
  static var operations: [CheckedFunction] {
    arithmetic + elementwise + reshapings + reductions + products + normalizations + lookups + attentions
  }

  private static var arithmetic: [CheckedFunction] {
    [
      CheckedFunction("+", [[3, 5], [3, 5]]) { $0[0] + $0[1] },
      CheckedFunction("+.broadcast", [[2, 3, 5], [3, 1]]) { $0[0] + $0[1] },
      CheckedFunction("+.aliased", [[3, 5]]) { $0[0] + $0[0] },
      CheckedFunction("-", [[3, 5], [3, 5]]) { $0[0] - $0[1] },
      CheckedFunction("-.broadcast", [[5], [2, 3, 5]]) { $0[0] - $0[1] },
      CheckedFunction("-.aliased", [[7]]) { $0[0] - $0[0] * $0[0] },
      CheckedFunction("-.negated", [[7]]) { -$0[0] },
      CheckedFunction("*", [[3, 5], [3, 5]]) { $0[0] * $0[1] },
      CheckedFunction("*.broadcast", [[2, 1, 5], [3, 1]]) { $0[0] * $0[1] },
      CheckedFunction("*.aliased", [[3, 5]]) { $0[0] * $0[0] },
      CheckedFunction("*.scalar", [[3, 5], []]) { $0[0] * $0[1] },
      CheckedFunction("/", [[3, 5], [3, 5]], in: 0.5...2) { $0[0] / $0[1] },
      CheckedFunction("/.broadcast", [[2, 3, 5], [3, 1]], in: 0.5...2) { $0[0] / $0[1] },
      CheckedFunction("/.aliased", [[3, 5]], in: 0.5...2) { ($0[0] * $0[0]) / $0[0] },
      CheckedFunction("scaled", [[3, 5]]) { $0[0].scaled(by: -2.5) },
    ]
  }

  private static var elementwise: [CheckedFunction] {
    [
      CheckedFunction("exp", [[3, 7]]) { $0[0].exp() },
      CheckedFunction("log", [[3, 7]], in: 0.5...3) { $0[0].log() },
      CheckedFunction("tanh", [[3, 7]]) { $0[0].tanh() },
      CheckedFunction("erf", [[3, 7]]) { $0[0].erf() },
      CheckedFunction("gelu", [[3, 7]], in: -4...4) { $0[0].gelu() },
      CheckedFunction("gelu.reused", [[3, 7]]) { $0[0].gelu() * $0[0] + $0[0] },
      CheckedFunction("geluTanh", [[3, 7]], in: -4...4) { $0[0].geluTanh() },
      CheckedFunction("silu", [[3, 7]], in: -4...4) { $0[0].silu() },
      CheckedFunction("relu", [[3, 7]]) { $0[0].relu() },
      CheckedFunction("dropout", [[5, 7]]) {
        $0[0].dropout(rate: 0.4, source: RandomSource(seed: 3, purpose: "check"))
      },
    ]
  }

  private static var reshapings: [CheckedFunction] {
    [
      CheckedFunction("reshaped", [[3, 5]]) { $0[0].reshaped(to: [5, 3]).tanh() },
      CheckedFunction("reshaped.reused", [[3, 5]]) { $0[0].reshaped(to: [15]) * $0[0].reshaped(to: [15]).exp() },
      CheckedFunction("transposed", [[2, 3, 5]]) { $0[0].transposed([2, 0, 1]).tanh() },
      CheckedFunction("transposed.lastTwo", [[2, 3, 5]]) { $0[0].swappingAxes().tanh() },
      CheckedFunction("sliced", [[3, 7]]) { $0[0].sliced(alongAxis: 1, 2..<5).tanh() },
      CheckedFunction("sliced.overlapping", [[7]]) { x in
        x[0].sliced(alongAxis: 0, 0..<5) * x[0].sliced(alongAxis: 0, 2..<7)
      },
      CheckedFunction("sliced.middle", [[2, 5, 3]]) { $0[0].sliced(alongAxis: -2, 1..<4).tanh() },
    ]
  }

  private static var reductions: [CheckedFunction] {
    [
      CheckedFunction("sum", [[3, 5]]) { $0[0].tanh().sum() },
      CheckedFunction("sum.axes", [[2, 3, 5]]) { $0[0].sum(alongAxes: [0, -1]).tanh() },
      CheckedFunction("sum.middle", [[2, 3, 5]]) { $0[0].sum(alongAxes: [1]).tanh() },
      CheckedFunction("mean", [[2, 3, 5]]) { $0[0].mean(alongAxes: [1]).tanh() },
    ]
  }

  private static var products: [CheckedFunction] {
    [(false, false), (false, true), (true, false), (true, true)].flatMap { sides -> [CheckedFunction] in
      let (left, right) = sides
      let name = "matrixMultiplied" + (left ? ".leftTransposed" : "") + (right ? ".rightTransposed" : "")
      let (a, b) = (left ? [5, 3] : [3, 5], right ? [7, 5] : [5, 7])
      let product: @Sendable ([Tensor<S>]) -> Tensor<S> = {
        $0[0].matrixMultiplied(by: $0[1], transposingSelf: left, transposingOther: right)
      }
      return [
        CheckedFunction(name, [a, b], product),
        CheckedFunction(name + ".batched", [[2] + a, [2] + b], product),
        CheckedFunction(name + ".repeatedRight", [[2] + a, b], product),
        CheckedFunction(name + ".repeatedLeft", [a, [2] + b], product),
      ]
    } + [
      CheckedFunction("matrixMultiplied.aliased", [[5, 5]]) { $0[0].matrixMultiplied(by: $0[0]) },
      CheckedFunction("matrixMultiplied.large", [[37, 131], [131, 29]]) { $0[0].matrixMultiplied(by: $0[1]) },
      CheckedFunction("linear", [[2, 3, 5], [7, 5], [7]]) { $0[0].linear(weight: $0[1], bias: $0[2]) },
      CheckedFunction("linear.residual", [[2, 3, 5], [7, 5], [7], [2, 3, 7]]) {
        $0[0].linear(weight: $0[1], bias: $0[2], residual: $0[3])
      },
      CheckedFunction("linear.residualOfItself", [[3, 5], [5, 5], [5]]) {
        $0[0].linear(weight: $0[1], bias: $0[2], residual: $0[0])
      },
      CheckedFunction("stackedLinear", [[2, 3, 5], [7, 5], [2, 5], [7], [2]]) {
        $0[0].linear(weights: [$0[1], $0[2]], biases: [$0[3], $0[4]])
      },
      CheckedFunction("stackedLinear.aliased", [[3, 5], [7, 5], [7]]) {
        $0[0].linear(weights: [$0[1], $0[1]], biases: [$0[2], $0[2]])
      },
      CheckedFunction("feedForward", [[2, 3, 5], [7, 5], [7], [2, 7], [2]]) {
        $0[0].feedForward(innerWeight: $0[1], innerBias: $0[2], outerWeight: $0[3], outerBias: $0[4])
      },
      CheckedFunction("feedForward.aliased", [[3, 5], [5, 5], [5]]) {
        $0[0].feedForward(innerWeight: $0[1], innerBias: $0[2], outerWeight: $0[1], outerBias: $0[2]) + $0[0]
      },
      CheckedFunction("feedForward.residual", [[2, 3, 5], [7, 5], [7], [2, 7], [2], [2, 3, 2]]) {
        $0[0].feedForward(
          innerWeight: $0[1], innerBias: $0[2], outerWeight: $0[3], outerBias: $0[4], residual: $0[5])
      },
      CheckedFunction("feedForward.residualOfItself", [[3, 5], [7, 5], [7], [5, 7], [5]]) {
        $0[0].feedForward(
          innerWeight: $0[1], innerBias: $0[2], outerWeight: $0[3], outerBias: $0[4], residual: $0[0])
      },
      CheckedFunction("linear.reusedWeight", [[3, 5], [5, 5], [5]]) {
        $0[0].linear(weight: $0[1], bias: $0[2]).tanh().linear(weight: $0[1], bias: $0[2])
      },
    ]
  }

  private static var normalizations: [CheckedFunction] {
    [
      CheckedFunction("softmax", [[3, 7]]) { $0[0].softmax() },
      CheckedFunction("softmax.firstAxis", [[3, 2, 5]]) { $0[0].softmax(alongAxis: 0) },
      CheckedFunction("logSoftmax", [[3, 7]]) { $0[0].logSoftmax() },
      CheckedFunction("logSoftmax.middle", [[3, 2, 5]]) { $0[0].logSoftmax(alongAxis: 1) },
      CheckedFunction("layerNorm", [[3, 7], [7], [7]]) { $0[0].layerNorm(gain: $0[1], bias: $0[2]) },
      CheckedFunction("layerNorm.aliased", [[3, 7], [7]]) { $0[0].layerNorm(gain: $0[1], bias: $0[1]) },
      CheckedFunction("layerNorm.rank3", [[2, 3, 19], [19], [19]]) {
        $0[0].layerNorm(gain: $0[1], bias: $0[2], epsilon: 1e-3)
      },
      CheckedFunction("crossEntropy", [[5, 11]], in: -3...3) { $0[0].crossEntropy(labels: [0, 10, 3, 3, 7]) },
    ]
  }

  private static var lookups: [CheckedFunction] {
    [
      CheckedFunction("gathering", [[5, 3]]) { $0[0].gathering(rows: [4, 0, 2]).tanh() },
      CheckedFunction("gathering.repeated", [[5, 3]]) {
        $0[0].gathering(rows: [1, 1, 4, 1, 0, 4], leading: [2, 3]).tanh()
      },
      CheckedFunction("gathering.tied", [[5, 3], [3]]) { x in
        x[0].gathering(rows: [1, 4, 1]).linear(weight: x[0], bias: x[0].sum(alongAxes: [1])) * x[1].sum()
      },
    ]
  }

  private static var attentions: [CheckedFunction] {
    let shape = [2, 5, 3, 6]
    let padding = [false, false, true, false, true, true, false, false, false, false]
    let rotations: [(String, Rotation<S>)] = [
      ("interleaved", Rotation(positionCount: 5, rotatedDimensions: 6, pairing: .interleaved)),
      ("halves", Rotation(positionCount: 7, rotatedDimensions: 6, theta: 50, pairing: .halves)),
      ("partial", Rotation(positionCount: 5, rotatedDimensions: 4, theta: 10, offset: 3)),
    ]
    var checks = [
      CheckedFunction("attention", [shape, shape, shape]) { attention(query: $0[0], key: $0[1], value: $0[2]) },
      CheckedFunction("attention.padded", [shape, shape, shape]) {
        attention(query: $0[0], key: $0[1], value: $0[2], keyPadding: padding)
      },
      CheckedFunction("attention.hiddenSequence", [shape, shape, shape]) {
        attention(
          query: $0[0], key: $0[1], value: $0[2],
          keyPadding: [Bool](repeating: true, count: 5) + [Bool](repeating: false, count: 5))
      },
      CheckedFunction("attention.aliased", [shape]) { attention(query: $0[0], key: $0[0], value: $0[0]) },
      CheckedFunction("attention.dropout", [shape, shape, shape]) {
        attention(
          query: $0[0], key: $0[1], value: $0[2],
          dropout: AttentionDropout(rate: 0.3, source: RandomSource(seed: 5, purpose: "check")))
      },
      CheckedFunction("attention.long", [[1, 301, 2, 4], [1, 301, 2, 4], [1, 301, 2, 4]]) {
        attention(query: $0[0], key: $0[1], value: $0[2], rotation: Rotation(positionCount: 301, rotatedDimensions: 4))
      },
      CheckedFunction("attention.long.dropout", [[1, 301, 2, 4], [1, 301, 2, 4], [1, 301, 2, 4]]) {
        attention(
          query: $0[0], key: $0[1], value: $0[2],
          dropout: AttentionDropout(rate: 0.3, source: RandomSource(seed: 6, purpose: "check")))
      },
    ]
    let grouped = [2, 5, 1, 6]
    checks += [
      CheckedFunction("attention.causal", [shape, shape, shape]) {
        attention(query: $0[0], key: $0[1], value: $0[2], mask: .causal, keyPadding: padding)
      },
      CheckedFunction("attention.grouped", [shape, grouped, grouped]) {
        attention(query: $0[0], key: $0[1], value: $0[2], rotation: rotations[0].1)
      },
      CheckedFunction("attention.bias", [[3, 5, 4, 6], [3, 5, 2, 6], [3, 5, 2, 6], [4, 5, 5]]) {
        attention(
          query: $0[0], key: $0[1], value: $0[2], bias: $0[3], keyPadding: padding + [Bool](repeating: false, count: 5))
      },
      CheckedFunction("attention.bias.causal", [[2, 3, 2, 6], [2, 5, 2, 6], [2, 5, 2, 6], [2, 3, 5]]) {
        attention(
          query: $0[0], key: $0[1], value: $0[2], bias: $0[3], queryOffset: 2, mask: .causal,
          rotation: rotations[1].1,
          dropout: AttentionDropout(rate: 0.3, source: RandomSource(seed: 7, purpose: "check")))
      },
      CheckedFunction("attention.bias.aliased", [[2, 5, 1, 5], [1, 5, 5]]) {
        attention(
          query: $0[0], key: $0[0], value: $0[0],
          bias: $0[1] + $0[0].reshaped(to: [2, 5, 5]).sliced(alongAxis: 0, 0..<1))
      },
      CheckedFunction("attentionOfProjections.bias", [[2, 5, 5 * 6], [3, 5, 5]]) {
        attention(projections: $0[0], heads: 3, keyValueHeads: 1, bias: $0[1], keyPadding: padding)
      },
      CheckedFunction("attention.scale", [shape, shape, shape, [3, 5, 5]]) {
        attention(query: $0[0], key: $0[1], value: $0[2], bias: $0[3], scale: 0.3)
      },
      CheckedFunction("toeplitz", [[3, 9]]) { $0[0].toeplitz() },
      CheckedFunction("attention.wide", [[1, 3, 1, 290]], in: -0.3...0.3) {
        attention(query: $0[0], key: $0[0], value: $0[0])
      },
      CheckedFunction("attentionOfProjections", [[2, 5, 5 * 6]]) {
        attention(
          projections: $0[0], heads: 3, keyValueHeads: 1, mask: .causal, keyPadding: padding, rotation: rotations[0].1)
      },
    ]
    for (name, rotation) in rotations {
      checks.append(CheckedFunction("rotated.\(name)", [shape]) { $0[0].rotated(by: rotation) })
      checks.append(
        CheckedFunction("attention.\(name)", [shape, shape, shape]) {
          attention(query: $0[0], key: $0[1], value: $0[2], keyPadding: padding, rotation: rotation)
        })
    }
    return checks
  }
}
