/// The gradients of y = x·Wᵀ + b with respect to W and b: dW (+)= dYᵀ·X, db (+)= Σ over rows of dY.
///
/// dY is read once for both. Each gradient's sum is in an order that follows from the sizes alone.
///
/// - Parameters:
///   - dY: the cotangent of y, `[N, out]`, row-major.
///   - x: `[N, in]`, row-major.
///   - dWeight: where `[out, in]` goes; `nil` where it is not wanted.
///   - dBias: where `[out]` goes, likewise.
@specialized(where S == Float)
@specialized(where S == Double)
public func linearParameterBackward<S: Scalar>(
  cotangent dY: Matrix<S>, input x: Matrix<S>, dWeight: Destination<S>?, dBias: Destination<S>?
) {
  let a = dY.transposed
  guard let dWeight, let dBias, a.rows > 1, x.columns > 0 else {
    if let dWeight { gemm(a, x, into: dWeight.pointer, dWeight.accumulation) }
    if let dBias {
      sumRows(dY.elements, rows: dY.rows, columns: dY.columns, into: dBias.pointer, dBias.accumulation)
    }
    return
  }
  multiply(
    a, x,
    ProductTarget(
      c: dWeight.pointer, rowStride: x.columns, adds: dWeight.accumulation == .add, finish: AddingBias()),
    rowSums: dBias)
}
