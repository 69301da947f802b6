import Kernels

extension Tensor {
  /// Matrices whose diagonals are equal, from a row of diagonals each: y[m][i][j] = x[m][j − i + n − 1].
  ///
  /// What depends on the offset j − i alone, spread over all pairs of n positions.
  ///
  /// Backward: dL/dx[m][k] is the sum of dL/dy[m] along diagonal k.
  ///
  /// - Precondition: the shape is `[matrices, 2n − 1]`.
  /// - Returns: `[matrices, n, n]`.
  public func toeplitz() -> Tensor {
    precondition(rank == 2 && shape[1] % 2 == 1, "toeplitz: shape \(shape)")
    let (matrices, size) = (shape[0], shape[1] / 2 + 1)
    let y = Storage<S>(uninitialized: matrices * size * size)
    Kernels.toeplitz(values, matrices: matrices, size: size, into: y.pointer)
    return Tape.record("toeplitz", [self], y, shape: [matrices, size, size]) { back in
      back.into(0) { toeplitzBackward(cotangent: back.dy, matrices: matrices, size: size, into: $0, $1) }
    }
  }
}
