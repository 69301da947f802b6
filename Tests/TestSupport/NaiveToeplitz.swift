/// Matrices with equal diagonals, element by element.
extension Naive {
  /// y[m][i][j] = x[m][j − i + n − 1].
  public static func toeplitz(_ x: [Double], matrices: Int, size: Int) -> [Double] {
    (0..<matrices * size * size).map { index in
      let (matrix, i, j) = (index / (size * size), index / size % size, index % size)
      return x[matrix * (2 * size - 1) + j - i + size - 1]
    }
  }

  /// The sum along each diagonal.
  public static func toeplitzBackward(_ dy: [Double], matrices: Int, size: Int) -> [Double] {
    var dx = [Double](repeating: 0, count: matrices * (2 * size - 1))
    for (index, element) in dy.enumerated() {
      let (matrix, i, j) = (index / (size * size), index / size % size, index % size)
      dx[matrix * (2 * size - 1) + j - i + size - 1] += element
    }
    return dx
  }
}
