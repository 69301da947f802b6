import Kernels

extension Tensor {
  /// (x − mean) / √(variance + ε) · gain + bias along the last axis; the shape is unchanged.
  ///
  /// Source: Ba et al. 2016, arXiv:1607.06450.
  ///
  /// Backward, with x̂ the normalized input, g = dL/dy · gain and means along the axis: dL/dx = (g − mean(g) −
  /// x̂ · mean(g · x̂)) / √(variance + ε); dL/dgain = Σ dL/dy · x̂ and dL/dbias = Σ dL/dy over all rows.
  ///
  /// - Parameters:
  ///   - gain: `[d]` for a last axis of size d.
  ///   - bias: `[d]`.
  ///   - epsilon: ε; 1e-12 in BERT.
  /// - Returns: the normalized tensor.
  public func layerNorm(gain: Tensor, bias: Tensor, epsilon: S = 1e-12) -> Tensor {
    let (rows, columns) = rowsAndColumns
    precondition(
      rank > 0 && gain.shape == [columns] && bias.shape == [columns],
      "layerNorm: gain \(gain.shape) and bias \(bias.shape) for shape \(shape)")
    let (x, g) = (storage, gain.storage)
    let y = Storage<S>(uninitialized: count)
    let (means, reciprocals) = (Storage<S>(uninitialized: rows), Storage<S>(uninitialized: rows))
    Kernels.layerNorm(
      x.pointer, gain: g.pointer, bias: bias.values, epsilon: epsilon, rows: rows, columns: columns, into: y.pointer,
      means: means.pointer, reciprocalDeviations: reciprocals.pointer)
    return Tape.record("layerNorm", [self, gain, bias], y, shape: shape) { back in
      back.intoAll {
        layerNormBackward(
          cotangent: back.dy, input: x.pointer, gain: g.pointer, means: means.pointer,
          reciprocalDeviations: reciprocals.pointer, rows: rows, columns: columns, dInput: $0[0], dGain: $0[1],
          dBias: $0[2])
      }
    }
  }
}
