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
    let weight = Storage<S>(uninitialized: outputs * inputs)
    stack(weights, into: weight.pointer)
    let y = Storage<S>(uninitialized: rows * outputs)
    withScratch(outputs) { bias in
      stack(biases, into: bias)
      gemm(
        x.matrix(rows: rows, columns: inputs), weight.matrix(rows: outputs, columns: inputs).transposed,
        into: y.pointer, bias: bias)
    }
    let count = weights.count
    return Tape.record("stackedLinear", [self] + weights + biases, y, shape: shape.dropLast() + [outputs]) { back in
      let dY = back.cotangent.matrix(rows: rows, columns: outputs)
      back.into(0) { gemm(dY, weight.matrix(rows: outputs, columns: inputs), into: $0, $1) }
      withScratch(outputs * inputs) { dWeight in
        withScratch(outputs) { dBias in
          linearParameterBackward(
            cotangent: dY, input: x.matrix(rows: rows, columns: inputs),
            dWeight: (1...count).contains(where: back.wants) ? (dWeight, .overwrite) : nil,
            dBias: (count + 1...2 * count).contains(where: back.wants) ? (dBias, .overwrite) : nil)
          cut(dWeight, into: sizes.map { $0 * inputs }, firstInput: 1, back)
          cut(dBias, into: sizes, firstInput: count + 1, back)
        }
      }
    }
  }
}

/// Writes the elements of tensors behind one another.
private func stack<S: Scalar>(_ tensors: [Tensor<S>], into target: UnsafeMutablePointer<S>) {
  var next = target
  for tensor in tensors {
    scale(tensor.values, by: 1, count: tensor.count, into: next)
    next += tensor.count
  }
}

/// Gives parts of a gradient to inputs that follow one another.
private func cut<S: Scalar>(
  _ stacked: UnsafePointer<S>, into counts: [Int], firstInput: Int, _ back: Backward<S>
) {
  var start = stacked
  for (index, count) in counts.enumerated() {
    back.into(firstInput + index) { scale(start, by: 1, count: count, into: $0, $1) }
    start += count
  }
}
