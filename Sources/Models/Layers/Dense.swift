import Autodiff
import Kernels

/// A fully connected layer x·Wᵀ + b, plus a residual if given.
package struct Dense<S: Scalar> {
  let weight: Tensor<S>
  let bias: Tensor<S>

  package init(_ scope: ParameterScope<S>, from inputs: Int, to outputs: Int, deviation: Double) {
    weight = scope.parameter(
      "weight", shape: [outputs, inputs], .truncatedNormal(standardDeviation: deviation))
    bias = scope.parameter("bias", shape: [outputs], .constant(0))
  }

  package func callAsFunction(_ x: Tensor<S>, residual: Tensor<S>? = nil) -> Tensor<S> {
    x.linear(weight: weight, bias: bias, residual: residual)
  }
}
