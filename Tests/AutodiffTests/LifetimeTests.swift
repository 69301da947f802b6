import Kernels
import Platform
import Testing

@testable import Autodiff

/// Nothing of a graph outlives its last tensor: a pullback that captured a tensor would keep the tape alive.
struct LifetimeTests {
  typealias Operation = @Sendable (Tensor<Float>) -> Tensor<Float>

  static let operations: [(String, Operation)] = [
    ("arithmetic", { ($0 + $0) * $0 - $0 / ($0 * $0).scaled(by: 2) }),
    ("elementwise", { ($0.exp().log() + $0.tanh()).erf().gelu() }),
    ("shapes", { $0.reshaped(to: [4, 6]).swappingAxes().sliced(alongAxis: 0, 1..<5) }),
    ("reductions", { $0.sum(alongAxes: [0]) * $0.mean() }),
    ("products", { $0.matrixMultiplied(by: $0, transposingOther: true) }),
    ("linear", { $0.linear(weight: $0, bias: $0.sum(alongAxes: [1])) }),
    (
      "feedForward",
      {
        $0.feedForward(
          innerWeight: $0, innerBias: $0.sum(alongAxes: [1]), outerWeight: $0.swappingAxes(),
          outerBias: $0.sum(alongAxes: [0]))
      }
    ),
    ("stackedLinear", { $0.linear(weights: [$0, $0], biases: [$0.sum(alongAxes: [1]), $0.sum(alongAxes: [1])]) }),
    ("attentionOfProjections", { attention(projections: $0.reshaped(to: [1, 3, 8]), heads: 2, keyValueHeads: 1) }),
    ("softmax", { $0.softmax() + $0.logSoftmax(alongAxis: 0) }),
    ("layerNorm", { $0.layerNorm(gain: $0.sum(alongAxes: [0]), bias: $0.sum(alongAxes: [0])) }),
    ("gathering", { $0.gathering(rows: [0, 2, 2]) }),
    ("dropout", { $0.dropout(rate: 0.5, source: RandomSource(seed: 0, purpose: "")) }),
    ("crossEntropy", { $0.crossEntropy(labels: [0, 7, 3]) }),
    (
      "attention",
      { x in
        let q = x.reshaped(to: [1, 3, 2, 4])
        let rotation = Rotation<Float>(positionCount: 3, rotatedDimensions: 4)
        return attention(query: q.rotated(by: rotation), key: q, value: q, keyPadding: [false, false, true])
      }
    ),
  ]

  @Test(arguments: operations.indices)
  func tapeIsFreed(index: Int) {
    weak var tape: Tape<Float>?
    do {
      let strong = Tape<Float>()
      tape = strong
      let x = strong.variable(Tensor((0..<24).map { Float($0) / 7 + 0.1 }, shape: [3, 8]))
      let loss = Self.operations[index].1(x).sum()
      #expect(strong.gradients(of: loss)[x] != nil)
    }
    #expect(tape == nil, "\(Self.operations[index].0)")
  }
}
