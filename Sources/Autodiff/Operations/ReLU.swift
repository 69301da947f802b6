import Kernels

extension Tensor {
  /// ReLU, max(x, 0); the shape is unchanged.
  ///
  /// Backward: dL/dx = dL/dy where x > 0, else 0, so only `x` is saved.
  public func relu() -> Tensor {
    let output = Storage<S>(uninitialized: count)
    Kernels.relu(values, count: count, into: output.pointer)
    return Tape.record("relu", [self], output, shape: shape) { [storage, count] back in
      back.into(0) { reluBackward(cotangent: back.dy, input: storage.pointer, count: count, into: $0, $1) }
    }
  }
}
