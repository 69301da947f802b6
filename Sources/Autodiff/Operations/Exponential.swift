import Kernels

extension Tensor {
  /// eˣ of each element; the shape is unchanged.
  ///
  /// Backward: dL/dx = dL/dy · y, so only `y` is saved.
  public func exp() -> Tensor {
    let output = Storage<S>(uninitialized: count)
    Kernels.exp(values, count: count, into: output.pointer)
    return Tape.record("exp", [self], output, shape: shape) { [count] back in
      back.into(0) { expBackward(cotangent: back.dy, output: output.pointer, count: count, into: $0, $1) }
    }
  }
}
