import Kernels

extension Tensor {
  /// gelu(x · W₁ᵀ + b₁) · W₂ᵀ + b₂ along the last axis: a transformer's feed-forward network; plus a residual if
  /// given.
  ///
  /// Source: Vaswani et al. 2017, section 3.3, with GELU in its exact form.
  ///
  /// The same as `linear`, `gelu`, `linear` and `+`, the activation being part of the products on either side of it and
  /// the residual of the last.
  ///
  /// Backward: with z = x·W₁ᵀ + b₁ and h = gelu(z), dL/dz = (dL/dy · W₂) ∘ gelu′(z); the rest as for two linear maps.
  /// The residual's gradient is dL/dy. Only z is saved: h comes out again beside dL/dz.
  ///
  /// - Parameters:
  ///   - innerWeight: W₁, `[inner, in]` for a last axis of size `in`.
  ///   - innerBias: b₁, `[inner]`.
  ///   - outerWeight: W₂, `[out, inner]`.
  ///   - outerBias: b₂, `[out]`.
  ///   - residual: of the result's shape.
  /// - Returns: the shape with `out` for its last axis.
  public func feedForward(
    innerWeight: Tensor, innerBias: Tensor, outerWeight: Tensor, outerBias: Tensor, residual: Tensor? = nil
  ) -> Tensor {
    let (rows, inputs) = rowsAndColumns
    precondition(
      innerWeight.rank == 2 && outerWeight.rank == 2 && innerWeight.shape[1] == inputs
        && innerBias.shape == [innerWeight.shape[0]] && outerWeight.shape[1] == innerWeight.shape[0]
        && outerBias.shape == [outerWeight.shape[0]],
      "feedForward: weights \(innerWeight.shape), \(outerWeight.shape) and biases \(innerBias.shape), "
        + "\(outerBias.shape) for shape \(shape)")
    let (inner, outputs) = (innerWeight.shape[0], outerWeight.shape[0])
    let outputShape: [Int] = shape.dropLast() + [outputs]
    precondition(
      residual.map { $0.shape == outputShape } ?? true,
      "feedForward: residual \(residual?.shape ?? []) for the result \(outputShape)")
    let (x, w1, w2) = (storage, innerWeight.storage, outerWeight.storage)
    let z = Storage<S>(uninitialized: rows * inner)
    let y = Storage<S>(uninitialized: rows * outputs)
    withScratch(rows * inner) { h in
      gemmThenGelu(
        x.matrix(rows: rows, columns: inputs), w1.matrix(rows: inner, columns: inputs).transposed,
        bias: innerBias.values, preactivations: z.pointer, activations: h)
      gemm(
        Matrix(h, rows: rows, columns: inner), w2.matrix(rows: outputs, columns: inner).transposed, into: y.pointer,
        bias: outerBias.values, residual: residual?.values)
    }
    let inputTensors = [self, innerWeight, innerBias, outerWeight, outerBias] + (residual.map { [$0] } ?? [])
    let hasResidual = residual != nil
    return Tape.record("feedForward", inputTensors, y, shape: outputShape) { back in
      let dY = back.cotangent.matrix(rows: rows, columns: outputs)
      withScratch(rows * inner) { dz in
        withScratch(rows * inner) { h in
          gemmThroughGelu(
            dY, w2.matrix(rows: outputs, columns: inner), preactivations: z.pointer, dPreactivations: dz,
            activations: h)
          back.into([3, 4]) {
            linearParameterBackward(
              cotangent: dY, input: Matrix(h, rows: rows, columns: inner), dWeight: $0[0], dBias: $0[1])
          }
        }
        let dZ = Matrix(dz, rows: rows, columns: inner)
        // A residual that is x itself, as with post-LN: its share is added where the product's is.
        let isInput = hasResidual && back.inputs[5] == back.inputs[0]
        back.into(0) {
          gemm(dZ, w1.matrix(rows: inner, columns: inputs), into: $0, residual: isInput ? back.dy : nil, $1)
        }
        if hasResidual && !isInput { back.pass(to: 5) }
        back.into([1, 2]) {
          linearParameterBackward(
            cotangent: dZ, input: x.matrix(rows: rows, columns: inputs), dWeight: $0[0], dBias: $0[1])
        }
      }
    }
  }
}
