import Autodiff
import Kernels

extension CheckedFunction {
  /// Points that a random one misses: ties, saturated tails, constant rows, a label that is all but impossible.
  static var extremes: [CheckedFunction] {
    let tied: [Float] = [1, 1, 1, 1, 1, -2, 3, 3, 0.5, 3]
    let far: [Float] = [0, 80, -80, 80, 1, -60, -61, -60.5, -75, -60]
    let tails: [Float] = [-100, -12, -5.5, -0.0, 0, 1e-20, 5.5, 12, 100]
    return [
      CheckedFunction("softmax.ties", at: [([2, 5], tied)]) { $0[0].softmax() },
      CheckedFunction("softmax.far", at: [([2, 5], far)]) { $0[0].softmax() },
      CheckedFunction("logSoftmax.ties", at: [([2, 5], tied)]) { $0[0].logSoftmax() },
      CheckedFunction("logSoftmax.far", at: [([2, 5], far)]) { $0[0].logSoftmax() },
      CheckedFunction("crossEntropy.unlikely", at: [([2, 5], far)]) { $0[0].crossEntropy(labels: [2, 0]) },
      CheckedFunction("gelu.tails", at: [([9], tails)]) { $0[0].gelu() },
      CheckedFunction("geluTanh.tails", at: [([9], tails)]) { $0[0].geluTanh() },
      CheckedFunction("silu.tails", at: [([9], tails)]) { $0[0].silu() },
      // Without 0, where ReLU has a kink and no derivative.
      CheckedFunction("relu.tails", at: [([6], [-100, -5.5, -1e-2, 1e-2, 5.5, 100])]) { $0[0].relu() },
      CheckedFunction("tanh.tails", at: [([9], tails)]) { $0[0].tanh() },
      CheckedFunction("erf.tails", at: [([9], tails)]) { $0[0].erf() },
      CheckedFunction("exp.tails", at: [([4], [-100, -87, 0, 3])]) { $0[0].exp() },
      // A constant row has no variance: ε alone keeps its gradient finite.
      CheckedFunction(
        "layerNorm.constantRow", at: [([2, 3], [2, 2, 2, 0.5, -1, 3]), ([3], [1, -0.5, 2]), ([3], [0, 1, -1])]
      ) { $0[0].layerNorm(gain: $0[1], bias: $0[2], epsilon: 0.25) },
    ]
  }
}
