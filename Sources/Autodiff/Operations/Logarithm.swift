import Kernels

extension Tensor {
  /// The natural logarithm of each element; the shape is unchanged.
  ///
  /// Backward: dL/dx = dL/dy / x, so only `x` is saved.
  public func log() -> Tensor {
    let output = Storage<S>(uninitialized: count)
    Kernels.log(values, count: count, into: output.pointer)
    return Tape.record("log", [self], output, shape: shape) { [storage, count] back in
      back.into(0) { logBackward(cotangent: back.dy, input: storage.pointer, count: count, into: $0, $1) }
    }
  }
}
