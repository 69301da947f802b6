import Foundation

/// Attention of one head, its scores stored whole.
extension Naive {
  /// softmax(scale · Q·Kᵀ + bias) · V with rows `[queries, dims]` and `[keys, dims]`, bias `[queries, keys]` or nothing.
  ///
  /// A key that a query does not see gets no weight from it; a query without keys gives zeros.
  public static func attention(
    _ q: [[Double]], _ k: [[Double]], _ v: [[Double]], scale: Double, bias: [[Double]]? = nil,
    sees: (_ query: Int, _ key: Int) -> Bool
  ) -> (output: [[Double]], weights: [[Double]]) {
    let weights = q.enumerated().map { i, query in
      let scores = k.enumerated().map { j, key in
        sees(i, j) ? scale * zip(query, key).reduce(0) { $0 + $1.0 * $1.1 } + (bias?[i][j] ?? 0) : -Double.infinity
      }
      guard let largest = scores.max(), largest > -.infinity else { return scores.map { _ in 0.0 } }
      let exponentials = scores.map { exp($0 - largest) }
      let sum = exponentials.reduce(0, +)
      return exponentials.map { $0 / sum }
    }
    let dims = v.first?.count ?? 0
    let output = weights.map { row in (0..<dims).map { d in zip(row, v).reduce(0) { $0 + $1.0 * $1.1[d] } } }
    return (output, weights)
  }

  /// dQ, dK, dV and the gradient of the bias by the textbook's sums over the whole matrix of weights.
  public static func attentionBackward(
    _ dO: [[Double]], _ q: [[Double]], _ k: [[Double]], _ v: [[Double]], scale: Double, weights p: [[Double]]
  ) -> (dQ: [[Double]], dK: [[Double]], dV: [[Double]], dBias: [[Double]]) {
    var (dQ, dK, dV, dBias) = (zeros(like: q), zeros(like: k), zeros(like: v), zeros(like: p))
    for i in q.indices {
      let dP = v.map { value in zip(dO[i], value).reduce(0) { $0 + $1.0 * $1.1 } }
      let mean = zip(p[i], dP).reduce(0) { $0 + $1.0 * $1.1 }
      for j in k.indices {
        dBias[i][j] = p[i][j] * (dP[j] - mean)
        let dS = dBias[i][j] * scale
        for d in q[i].indices {
          dQ[i][d] += dS * k[j][d]
          dK[j][d] += dS * q[i][d]
          dV[j][d] += p[i][j] * dO[i][d]
        }
      }
    }
    return (dQ, dK, dV, dBias)
  }

  private static func zeros(like rows: [[Double]]) -> [[Double]] { rows.map { $0.map { _ in 0 } } }
}
