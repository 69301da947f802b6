import Kernels

extension Tensor {
  /// GELU with tanh in the place of erf, ½x(1 + tanh u) with u = √(2/π)·(x + 0.044715x³) (Hendrycks & Gimpel 2016,
  /// section 2); the shape is unchanged.
  ///
  /// Backward: with s = ½(1 + tanh u), dL/dx = dL/dy · (s + x · s(1 − s) · 2u′), so only `x` is saved.
  public func geluTanh() -> Tensor {
    let output = Storage<S>(uninitialized: count)
    Kernels.geluTanh(values, count: count, into: output.pointer)
    return Tape.record("geluTanh", [self], output, shape: shape) { [storage, count] back in
      back.into(0) { geluTanhBackward(cotangent: back.dy, input: storage.pointer, count: count, into: $0, $1) }
    }
  }
}
