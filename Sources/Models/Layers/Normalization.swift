import Autodiff
import Kernels

/// LayerNorm over the last axis, with its gain and bias.
package struct Normalization<S: Scalar> {
  let gain: Tensor<S>
  let bias: Tensor<S>
  let epsilon: S

  package init(_ scope: ParameterScope<S>, size: Int, epsilon: Double) {
    gain = scope.parameter("weight", shape: [size], .constant(1))
    bias = scope.parameter("bias", shape: [size], .constant(0))
    self.epsilon = S(epsilon)
  }

  package func callAsFunction(_ x: Tensor<S>) -> Tensor<S> {
    x.layerNorm(gain: gain, bias: bias, epsilon: epsilon)
  }
}
