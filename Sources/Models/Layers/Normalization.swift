import Autodiff
import Kernels

/// What brings the vectors of a residual stream to one scale.
package protocol Norm<S> {
  associatedtype S: Scalar

  /// Each vector along the last axis by itself; the shape is unchanged.
  func callAsFunction(_ x: Tensor<S>) -> Tensor<S>
}

/// LayerNorm over the last axis, with its gain and bias.
package struct Normalization<S: Scalar>: Norm {
  let gain: Tensor<S>
  /// Zeros that are not trained where the layer has no bias.
  let bias: Tensor<S>
  let epsilon: S

  package init(_ scope: ParameterScope<S>, size: Int, hasBias: Bool = true, epsilon: Double) {
    gain = scope.parameter("weight", .gain, shape: [size], .constant(1))
    bias =
      hasBias ? scope.parameter("bias", .bias, shape: [size], .constant(0)) : Tensor(repeating: 0, shape: [size])
    self.epsilon = S(epsilon)
  }

  package func callAsFunction(_ x: Tensor<S>) -> Tensor<S> {
    x.layerNorm(gain: gain, bias: bias, epsilon: epsilon)
  }
}
