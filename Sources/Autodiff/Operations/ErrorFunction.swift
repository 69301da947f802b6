import Kernels

extension Tensor {
  /// The error function of each element; the shape is unchanged.
  ///
  /// Backward: dL/dx = dL/dy · 2/√π · exp(−x²), so only `x` is saved.
  public func erf() -> Tensor {
    let output = Storage<S>(uninitialized: count)
    Kernels.erf(values, count: count, into: output.pointer)
    return Tape.record("erf", [self], output, shape: shape) { [storage, count] back in
      back.into(0) { erfBackward(cotangent: back.dy, input: storage.pointer, count: count, into: $0, $1) }
    }
  }
}
