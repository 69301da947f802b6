import Autodiff
import Kernels

/// A fully connected layer x·Wᵀ + b, plus a residual if given.
package struct Dense<S: Scalar> {
  let weight: Tensor<S>
  /// Zeros that are not trained where the layer has no bias.
  let bias: Tensor<S>

  package init(
    _ scope: ParameterScope<S>, from inputs: Int, to outputs: Int, hasBias: Bool = true, deviation: Double
  ) {
    weight = scope.parameter(
      "weight", .matrix, shape: [outputs, inputs], .truncatedNormal(standardDeviation: deviation))
    bias =
      hasBias
      ? scope.parameter("bias", .bias, shape: [outputs], .constant(0)) : Tensor(repeating: 0, shape: [outputs])
  }

  package func callAsFunction(_ x: Tensor<S>, residual: Tensor<S>? = nil) -> Tensor<S> {
    x.linear(weight: weight, bias: bias, residual: residual)
  }
}
