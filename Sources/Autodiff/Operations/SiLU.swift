import Kernels

extension Tensor {
  /// SiLU, also called swish, x · σ(x) with σ(x) = 1/(1 + e⁻ˣ); the shape is unchanged.
  ///
  /// Backward: dL/dx = dL/dy · (σ(x) + x · σ(x)(1 − σ(x))), so only `x` is saved.
  public func silu() -> Tensor {
    let output = Storage<S>(uninitialized: count)
    Kernels.silu(values, count: count, into: output.pointer)
    return Tape.record("silu", [self], output, shape: shape) { [storage, count] back in
      back.into(0) { siluBackward(cotangent: back.dy, input: storage.pointer, count: count, into: $0, $1) }
    }
  }
}
