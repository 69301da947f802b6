import Autodiff

extension Tensor<Double> {
  /// log(1 + eˣ) of each element; the shape is unchanged.
  ///
  /// Backward: dL/dx = dL/dy / (1 + e^(−x)).
  public func softplus() -> Tensor {
    Tensor.operation("softplus", [self]) { inputs in
      (inputs[0].exp() + Tensor(repeating: 1)).log()
    } pullback: { cotangent, inputs, _ in
      [cotangent / ((-inputs[0]).exp() + Tensor(repeating: 1))]
    }
  }
}
