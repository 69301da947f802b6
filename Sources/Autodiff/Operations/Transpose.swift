import Kernels

extension Tensor {
  /// The axes in another order: axis i of the result is axis `permutation[i]` of this tensor.
  ///
  /// Backward: dL/dx = dL/dy with the inverse permutation.
  ///
  /// - Precondition: `permutation` names every axis once.
  public func transposed(_ permutation: [Int]) -> Tensor {
    precondition(permutation.sorted() == Array(0..<rank), "transposed: \(permutation) of shape \(shape)")
    let result = permutation.map { shape[$0] }
    var inverse = [Int](repeating: 0, count: rank)
    for (i, axis) in permutation.enumerated() { inverse[axis] = i }
    let y = Storage<S>(uninitialized: count)
    permute(values, shape: shape, permutation: permutation, into: y.pointer, .overwrite)
    return Tape.record("transposed", [self], y, shape: result) { [inverse] back in
      back.into(0) { permute(back.dy, shape: result, permutation: inverse, into: $0, $1) }
    }
  }

  /// The tensor with two axes exchanged; the last two, if none are named.
  public func swappingAxes(_ first: Int = -2, _ second: Int = -1) -> Tensor {
    var permutation = Array(0..<rank)
    permutation.swapAt(axis(first, "swappingAxes"), axis(second, "swappingAxes"))
    return transposed(permutation)
  }
}
