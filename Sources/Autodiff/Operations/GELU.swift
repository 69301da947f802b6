import Kernels

extension Tensor {
  /// GELU in its exact form, x · Φ(x) with Φ(x) = (1 + erf(x/√2))/2 (Hendrycks & Gimpel 2016); the shape is unchanged.
  ///
  /// Backward: dL/dx = dL/dy · (Φ(x) + x · φ(x)) with φ the normal density, so only `x` is saved.
  public func gelu() -> Tensor {
    let output = Storage<S>(uninitialized: count)
    Kernels.gelu(values, count: count, into: output.pointer)
    return Tape.record("gelu", [self], output, shape: shape) { [storage, count] back in
      back.into(0) { geluBackward(cotangent: back.dy, input: storage.pointer, count: count, into: $0, $1) }
    }
  }
}
