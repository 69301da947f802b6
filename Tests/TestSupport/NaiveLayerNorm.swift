extension Naive {
  /// Everything layer normalization computes, forward and backward.
  public struct LayerNorm {
    /// gain · (x − μ) · ρ + bias.
    public var y: [Double] = []
    /// μ.
    public var means: [Double] = []
    /// ρ.
    public var reciprocalDeviations: [Double] = []
    /// The input's gradient, by the full Jacobian.
    public var dx: [Double] = []
    /// The gain's gradient.
    public var dGain: [Double]
    /// The bias' gradient.
    public var dBias: [Double]

    /// Computes it all.
    public init(_ x: [Double], gain: [Double], bias: [Double], epsilon: Double, cotangent: [Double]) {
      let columns = gain.count
      dGain = gain.map { _ in 0 }
      dBias = gain.map { _ in 0 }
      for (x, dy) in zip(Naive.rows(x, columns: columns), Naive.rows(cotangent, columns: columns)) {
        let mean = x.reduce(0, +) / Double(columns)
        let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(columns)
        let reciprocal = 1 / (variance + epsilon).squareRoot()
        let normal = x.map { ($0 - mean) * reciprocal }
        means.append(mean)
        reciprocalDeviations.append(reciprocal)
        y += normal.indices.map { gain[$0] * normal[$0] + bias[$0] }
        for i in 0..<columns {
          dGain[i] += dy[i] * normal[i]
          dBias[i] += dy[i]
        }
        // ∂n_j/∂x_i = ρ(δ_ij − (1 + n_i n_j) / columns).
        dx += (0..<columns).map { i in
          (0..<columns).reduce(0) { total, j in
            let jacobian = (i == j ? 1 : 0) - (1 + normal[i] * normal[j]) / Double(columns)
            return total + dy[j] * gain[j] * reciprocal * jacobian
          }
        }
      }
    }
  }
}
