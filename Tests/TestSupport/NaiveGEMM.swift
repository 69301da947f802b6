/// Matrix products in three loops.
extension Naive {
  /// op(A) · op(B) for row-major matrices, op being the transpose where asked.
  public static func product(
    _ a: [Double], _ b: [Double], m: Int, n: Int, k: Int, transposesA: Bool, transposesB: Bool
  ) -> [Double] {
    var c = [Double](repeating: 0, count: m * n)
    for i in 0..<m {
      for p in 0..<k {
        let a = a[transposesA ? p * m + i : i * k + p]
        for j in 0..<n { c[i * n + j] += a * b[transposesB ? j * k + p : p * n + j] }
      }
    }
    return c
  }
}
