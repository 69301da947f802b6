import Kernels

extension Tensor {
  /// Several linear maps of the same input in one product, their results side by side along the last axis.
  ///
  /// The same as `linear` for each and their concatenation: queries, keys and values come out of one product.
  ///
  /// Backward: as of one `linear` whose weight is the stack; its gradient is cut apart.
  ///
  /// - Parameters:
  ///   - weights: `[outᵢ, in]` each, for a last axis of size `in`.
  ///   - biases: `[outᵢ]` each.
  /// - Returns: the shape with Σ outᵢ for its last axis.
  public func linear(weights: [Tensor], biases: [Tensor]) -> Tensor {
    let (rows, inputs) = rowsAndColumns
    precondition(
      !weights.isEmpty && weights.count == biases.count
        && zip(weights, biases).allSatisfy { $0.rank == 2 && $0.shape[1] == inputs && $1.shape == [$0.shape[0]] },
      "linear: weights \(weights.map(\.shape)) and biases \(biases.map(\.shape)) for shape \(shape)")
    let sizes = weights.map { $0.shape[0] }
    let outputs = sizes.reduce(0, +)
    let x = storage
    let weight = stack(weights)
    let bias = stack(biases)
    let y = Storage<S>(uninitialized: rows * outputs)
    let (xMatrix, wMatrix) = (
      Matrix(x.pointer, rows: rows, columns: inputs), Matrix(weight.pointer, rows: outputs, columns: inputs)
    )
    gemm(xMatrix, wMatrix.transposed, into: y.pointer, bias: bias.pointer)
    let count = weights.count
    return Tape.record("stackedLinear", [self] + weights + biases, y, shape: shape.dropLast() + [outputs]) {
      [x, weight] back in
      withExtendedLifetime((x, weight)) {
        let dY = Matrix(back.dy, rows: rows, columns: outputs)
        back.into(0) { gemm(dY, wMatrix, into: $0, $1) }
        if (1...count).contains(where: back.wants) {
          let dWeight = Storage<S>(uninitialized: outputs * inputs)
          gemm(dY.transposed, xMatrix, into: dWeight.pointer)
          cut(dWeight, into: sizes.map { $0 * inputs }, firstInput: 1, back)
        }
        if (count + 1...2 * count).contains(where: back.wants) {
          let dBias = Storage<S>(uninitialized: outputs)
          sumRows(back.dy, rows: rows, columns: outputs, into: dBias.pointer, .overwrite)
          cut(dBias, into: sizes, firstInput: count + 1, back)
        }
      }
    }
  }
}

/// The elements of tensors behind one another.
private func stack<S: Scalar>(_ tensors: [Tensor<S>]) -> Storage<S> {
  let stacked = Storage<S>(uninitialized: tensors.reduce(0) { $0 + $1.count })
  var next = stacked.pointer
  for tensor in tensors {
    scale(tensor.values, by: 1, count: tensor.count, into: next)
    next += tensor.count
  }
  return stacked
}

/// Gives parts of a gradient to inputs that follow one another.
private func cut<S: Scalar>(_ stacked: Storage<S>, into counts: [Int], firstInput: Int, _ back: Backward<S>) {
  var start = UnsafePointer(stacked.pointer)
  for (index, count) in counts.enumerated() {
    back.into(firstInput + index) { scale(start, by: 1, count: count, into: $0, $1) }
    start += count
  }
}
