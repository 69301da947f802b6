import Kernels

extension Tensor {
  /// gelu(x · W₁ᵀ + b₁) · W₂ᵀ + b₂ along the last axis: a transformer's feed-forward network.
  ///
  /// Source: Vaswani et al. 2017, section 3.3, with GELU in its exact form.
  ///
  /// The same as `linear`, `gelu` and `linear`, the activation being part of the products on either side of it.
  ///
  /// Backward: with z = x·W₁ᵀ + b₁ and h = gelu(z), dL/dz = (dL/dy · W₂) ∘ gelu′(z); the rest as for two linear maps. Only
  /// z is saved: h comes out again beside dL/dz.
  ///
  /// - Parameters:
  ///   - innerWeight: W₁, `[inner, in]` for a last axis of size `in`.
  ///   - innerBias: b₁, `[inner]`.
  ///   - outerWeight: W₂, `[out, inner]`.
  ///   - outerBias: b₂, `[out]`.
  /// - Returns: the shape with `out` for its last axis.
  public func feedForward(
    innerWeight: Tensor, innerBias: Tensor, outerWeight: Tensor, outerBias: Tensor
  ) -> Tensor {
    let (rows, inputs) = rowsAndColumns
    precondition(
      innerWeight.rank == 2 && outerWeight.rank == 2 && innerWeight.shape[1] == inputs
        && innerBias.shape == [innerWeight.shape[0]] && outerWeight.shape[1] == innerWeight.shape[0]
        && outerBias.shape == [outerWeight.shape[0]],
      "feedForward: weights \(innerWeight.shape), \(outerWeight.shape) and biases \(innerBias.shape), "
        + "\(outerBias.shape) for shape \(shape)")
    let (inner, outputs) = (innerWeight.shape[0], outerWeight.shape[0])
    let (x, w1, w2) = (storage, innerWeight.storage, outerWeight.storage)
    let z = Storage<S>(uninitialized: rows * inner)
    let y = Storage<S>(uninitialized: rows * outputs)
    let (xMatrix, w1Matrix, w2Matrix) = (
      Matrix(x.pointer, rows: rows, columns: inputs), Matrix(w1.pointer, rows: inner, columns: inputs),
      Matrix(w2.pointer, rows: outputs, columns: inner)
    )
    let h = Storage<S>(uninitialized: rows * inner)
    gemmThenGelu(
      xMatrix, w1Matrix.transposed, bias: innerBias.values, preactivations: z.pointer, activations: h.pointer)
    let hMatrix = Matrix(UnsafePointer(h.pointer), rows: rows, columns: inner)
    gemm(hMatrix, w2Matrix.transposed, into: y.pointer, bias: outerBias.values)
    let inputTensors = [self, innerWeight, innerBias, outerWeight, outerBias]
    return Tape.record("feedForward", inputTensors, y, shape: shape.dropLast() + [outputs]) { [x, w1, w2, z] back in
      withExtendedLifetime((x, w1, w2)) {
        let dY = Matrix(back.dy, rows: rows, columns: outputs)
        let (dz, h) = (Storage<S>(uninitialized: rows * inner), Storage<S>(uninitialized: rows * inner))
        gemmThroughGelu(
          dY, w2Matrix, preactivations: z.pointer, dPreactivations: dz.pointer, activations: h.pointer)
        let hMatrix = Matrix(UnsafePointer(h.pointer), rows: rows, columns: inner)
        let dZ = Matrix(UnsafePointer(dz.pointer), rows: rows, columns: inner)
        back.into(3) { gemm(dY.transposed, hMatrix, into: $0, $1) }
        back.into(4) { sumRows(back.dy, rows: rows, columns: outputs, into: $0, $1) }
        back.into(0) { gemm(dZ, w1Matrix, into: $0, $1) }
        back.into(1) { gemm(dZ.transposed, xMatrix, into: $0, $1) }
        back.into(2) { sumRows(dz.pointer, rows: rows, columns: inner, into: $0, $1) }
      }
    }
  }
}
