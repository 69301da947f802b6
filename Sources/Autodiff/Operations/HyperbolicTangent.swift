import Kernels

extension Tensor {
  /// The hyperbolic tangent of each element; the shape is unchanged.
  ///
  /// Backward: dL/dx = dL/dy · (1 − y²), so only `y` is saved.
  public func tanh() -> Tensor {
    let output = Storage<S>(uninitialized: count)
    Kernels.tanh(values, count: count, into: output.pointer)
    return Tape.record("tanh", [self], output, shape: shape) { [count] back in
      back.into(0) { tanhBackward(cotangent: back.dy, output: output.pointer, count: count, into: $0, $1) }
    }
  }
}
