import Autodiff

extension Tensor<Double> {
  /// log(1 + eˣ) of each element; the shape is unchanged.
  ///
  /// Backward: dL/dx = dL/dy / (1 + e^(−x)).
  func softplus() -> Tensor {
    Tensor.operation("softplus", [self]) { inputs in
      (inputs[0].exp() + Tensor(repeating: 1)).log()
    } pullback: { cotangent, inputs, _ in
      [cotangent / ((-inputs[0]).exp() + Tensor(repeating: 1))]
    }
  }
}

/// Checks a function of two inputs that uses the operation, and one of the inputs twice.
func checkSoftplus() -> GradientReport {
  let x = Tensor<Double>([-2, -0.5, 0, 0.5, 2, 7], shape: [2, 3])
  let weight = Tensor<Double>([0.3, -1.2, 0.8])
  return GradientCheck(tolerance: 1e-8).run([x, weight]) { inputs in
    (inputs[0] * inputs[1]).softplus() * inputs[0]
  }
}
