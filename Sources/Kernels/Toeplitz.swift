import Platform

/// y[m][i][j] = x[m][j − i + n − 1]: matrices with equal diagonals, each written out from one row.
///
/// - Parameters:
///   - x: `[matrices, 2n − 1]`: the diagonals from the lower left corner to the upper right one.
///   - matrices: how many.
///   - size: n.
///   - y: `[matrices, n, n]`.
@specialized(where S == Float)
@specialized(where S == Double)
public func toeplitz<S: Scalar>(
  _ x: UnsafePointer<S>, matrices: Int, size: Int, into y: UnsafeMutablePointer<S>
) {
  forEachChunk(ofRows: matrices * size, columns: size) { rows in
    for row in rows {
      let (matrix, i) = (row / size, row % size)
      (y + row * size).update(from: x + (matrix * (2 * size - 1) + size - 1 - i), count: size)
    }
  }
}

/// The gradient of `toeplitz`: dx[m][k] (+)= the sum of dy[m] along a diagonal.
///
/// Order: a chunk is a matrix; its rows are added one by one, from the first to the last.
@specialized(where S == Float)
@specialized(where S == Double)
public func toeplitzBackward<S: Scalar>(
  cotangent dy: UnsafePointer<S>, matrices: Int, size: Int, into dx: UnsafeMutablePointer<S>,
  _ accumulation: Accumulation
) {
  guard size > 0 else { return }
  ThreadPool.shared.runUnchecked(matrices) { matrix in
    let (dy, dx) = (dy + matrix * size * size, dx + matrix * (2 * size - 1))
    if accumulation == .overwrite { dx.update(repeating: 0, count: 2 * size - 1) }
    for i in 0..<size { map(dy + i * size, count: size, into: dx + (size - 1 - i), .add) }
  }
}
