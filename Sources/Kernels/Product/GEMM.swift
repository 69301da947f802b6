import Platform

/// C = A · B, or C += A · B, with a bias for each column and a residual if wanted.
///
/// The product is blocked as by Goto & van de Geijn 2008. The sums run over K in an order that follows from the sizes
/// of the product alone, so the result does not depend on the number of threads.
///
/// - Parameters:
///   - a: A, `[M, K]`; pass a transposed view for Aᵀ.
///   - b: B, `[K, N]`; pass a transposed view for Bᵀ.
///   - c: C, `[M, N]`, row-major; must not overlap A or B.
///   - rowStride: elements between rows of C; N if they lie side by side.
///   - bias: `[N]`, added to every row once.
///   - residual: `[M, N]`, added once; lies as C does and must not overlap it.
///   - accumulation: whether C is overwritten or added to.
@specialized(where S == Float)
@specialized(where S == Double)
public func gemm<S: Scalar>(
  _ a: Matrix<S>, _ b: Matrix<S>, into c: UnsafeMutablePointer<S>, rowStride: Int? = nil,
  bias: UnsafePointer<S>? = nil, residual: UnsafePointer<S>? = nil, _ accumulation: Accumulation = .overwrite
) {
  assert(a.columns == b.rows, "gemm: A is [\(a.rows), \(a.columns)], B is [\(b.rows), \(b.columns)]")
  guard a.rows > 0, b.columns > 0 else { return }
  let target = ProductTarget(
    c: c, rowStride: rowStride ?? b.columns, adds: accumulation == .add,
    finish: AddingBias(bias: bias, residual: residual))
  multiply(a, b, target)
}

/// C = A · B, split along K or with B packed once for all, as suits the sizes, and the sums of A's rows if wanted.
///
/// `rowSums`, `[M]`, gets the sum of each row of A, which must lie transposed.
@inline(__always)
func multiply<S: Scalar>(
  _ a: Matrix<S>, _ b: Matrix<S>, _ target: ProductTarget<AddingBias<S>>, rowSums: Destination<S>? = nil
) {
  if splitsK(a, b) {
    multiplySplittingK(a, b, target, rowSums: rowSums)
  } else {
    multiplySharingPackedB(a, b, target, rowSums: rowSums)
  }
}

/// Whether K is so long beside the sides of C, and C so small, that every block of C had better pack its own part of B:
/// the gradients of weights.
@inline(__always)
private func splitsK<S: Scalar>(_ a: Matrix<S>, _ b: Matrix<S>) -> Bool {
  a.columns >= 4 * max(a.rows, b.columns) && a.rows * b.columns <= 4 * BlockSize.splitSide * BlockSize.splitSide
}

/// C = A · B for each matrix of a batch, the matrices lying behind one another.
///
/// - Parameters:
///   - a: the first A.
///   - b: the first B.
///   - c: the first C, row-major.
///   - count: how many products.
///   - strides: elements from one matrix to the next, of A, B and C; 0 repeats the same matrix.
///   - accumulation: whether C is overwritten or added to.
@specialized(where S == Float)
@specialized(where S == Double)
public func batchedGEMM<S: Scalar>(
  _ a: Matrix<S>, _ b: Matrix<S>, into c: UnsafeMutablePointer<S>, count: Int, strides: (a: Int, b: Int, c: Int),
  _ accumulation: Accumulation = .overwrite
) {
  ThreadPool.shared.runUnchecked(count) { index in
    gemm(
      a.advanced(by: index * strides.a), b.advanced(by: index * strides.b), into: c + index * strides.c, accumulation)
  }
}

extension Matrix {
  /// The matrix `count` elements further on.
  fileprivate func advanced(by count: Int) -> Matrix {
    Matrix(elements: elements + count, like: self)
  }
}
