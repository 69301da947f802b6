import Kernels

extension Tensor {
  /// x · Wᵀ + b along the last axis: a fully connected layer, weights lying as `[out, in]`.
  ///
  /// The bias is added while the product is stored; `matrixMultiplied` and `+` are the composed form.
  ///
  /// Backward: dL/dx = dL/dy · W, dL/dW = dL/dyᵀ · x, dL/db = Σ dL/dy over all rows.
  ///
  /// - Parameters:
  ///   - weight: `[out, in]` for a last axis of size `in`.
  ///   - bias: `[out]`.
  /// - Returns: the shape with `out` for its last axis.
  public func linear(weight: Tensor, bias: Tensor) -> Tensor {
    let (rows, inputs) = rowsAndColumns
    precondition(
      weight.rank == 2 && weight.shape[1] == inputs && bias.shape == [weight.shape[0]],
      "linear: weight \(weight.shape) and bias \(bias.shape) for shape \(shape)")
    let outputs = weight.shape[0]
    let (x, w) = (storage, weight.storage)
    let y = Storage<S>(uninitialized: rows * outputs)
    gemm(
      x.matrix(rows: rows, columns: inputs), w.matrix(rows: outputs, columns: inputs).transposed, into: y.pointer,
      bias: bias.values)
    return Tape.record("linear", [self, weight, bias], y, shape: shape.dropLast() + [outputs]) { back in
      let dY = back.cotangent.matrix(rows: rows, columns: outputs)
      back.into(0) { gemm(dY, w.matrix(rows: outputs, columns: inputs), into: $0, $1) }
      back.into(1) { gemm(dY.transposed, x.matrix(rows: rows, columns: inputs), into: $0, $1) }
      back.into(2) { sumRows(back.dy, rows: rows, columns: outputs, into: $0, $1) }
    }
  }
}
