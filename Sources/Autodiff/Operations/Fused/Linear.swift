import Kernels

extension Tensor {
  /// x · Wᵀ + b along the last axis: a fully connected layer, weights lying as `[out, in]`; plus a residual if given.
  ///
  /// Bias and residual are added while the product is stored; `matrixMultiplied` and `+` are the composed form.
  ///
  /// Backward: dL/dx = dL/dy · W, dL/dW = dL/dyᵀ · x, dL/db = Σ dL/dy over all rows; the residual's gradient is dL/dy.
  ///
  /// - Parameters:
  ///   - weight: `[out, in]` for a last axis of size `in`.
  ///   - bias: `[out]`.
  ///   - residual: of the result's shape.
  /// - Returns: the shape with `out` for its last axis.
  public func linear(weight: Tensor, bias: Tensor, residual: Tensor? = nil) -> Tensor {
    let (rows, inputs) = rowsAndColumns
    precondition(
      weight.rank == 2 && weight.shape[1] == inputs && bias.shape == [weight.shape[0]],
      "linear: weight \(weight.shape) and bias \(bias.shape) for shape \(shape)")
    let outputs = weight.shape[0]
    let outputShape: [Int] = shape.dropLast() + [outputs]
    precondition(
      residual.map { $0.shape == outputShape } ?? true,
      "linear: residual \(residual?.shape ?? []) for the result \(outputShape)")
    let (x, w) = (storage, weight.storage)
    let y = Storage<S>(uninitialized: rows * outputs)
    gemm(
      x.matrix(rows: rows, columns: inputs), w.matrix(rows: outputs, columns: inputs).transposed, into: y.pointer,
      bias: bias.values, residual: residual?.values)
    let hasResidual = residual != nil
    return Tape.record("linear", [self, weight, bias] + (residual.map { [$0] } ?? []), y, shape: outputShape) { back in
      let dY = back.cotangent.matrix(rows: rows, columns: outputs)
      back.into(0) { gemm(dY, w.matrix(rows: outputs, columns: inputs), into: $0, $1) }
      back.into([1, 2]) {
        linearParameterBackward(
          cotangent: dY, input: x.matrix(rows: rows, columns: inputs), dWeight: $0[0], dBias: $0[1])
      }
      if hasResidual { back.pass(to: 3) }
    }
  }
}
