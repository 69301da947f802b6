import Autodiff
import Kernels

/// Attention with numbers added to its scores, in separate operations: the third seam of a position encoding.
///
/// It is what `attention` computes, with the addition; scores are stored whole, which that one avoids.
///
/// - Parameters:
///   - query: `[batch, time, heads, headDim]`.
///   - key: `[batch, time, keyValueHeads, headDim]`; each of its heads serves `heads / keyValueHeads` that follow one
///     another.
///   - value: of the same shape as `key`.
///   - bias: `[heads, time, time]`, queries before keys; is added before softmax.
///   - mask: whether a query sees all keys or those up to its own position.
///   - context: padding and rotation.
///   - dropout: of the attention weights, if any.
/// - Returns: `[batch, time, heads, headDim]`.
func biasedAttention<S: Scalar>(
  query: Tensor<S>, key: Tensor<S>, value: Tensor<S>, bias: Tensor<S>, mask: AttentionMask,
  _ context: SequenceContext<S>, dropout: AttentionDropout?
) -> Tensor<S> {
  let (batch, time, heads, headDim) = (query.shape[0], query.shape[1], query.shape[2], query.shape[3])
  let keyValueHeads = key.shape[2]
  precondition(bias.shape == [heads, time, time], "biasedAttention: bias \(bias.shape) for query \(query.shape)")
  func turned(_ x: Tensor<S>) -> Tensor<S> { context.rotation.map { x.rotated(by: $0) } ?? x }
  /// `[batch, heads, time, headDim]`, heads of keys and values repeated for all that they serve.
  func headsFirst(_ x: Tensor<S>) -> Tensor<S> {
    let group = heads / x.shape[2]
    let repeated =
      group == 1
      ? x
      : (x.reshaped(to: [batch, time, keyValueHeads, 1, headDim])
        * Tensor(repeating: 1, shape: [1, 1, 1, group, 1])).reshaped(to: [batch, time, heads, headDim])
    return repeated.transposed([0, 2, 1, 3])
  }
  let visible = (0..<batch * time * time).map { index -> Bool in
    let (row, i, j) = (index / (time * time), index / time % time, index % time)
    return !(mask == .causal && j > i) && !(context.keyPadding?[row * time + j] ?? false)
  }
  let hidden = Tensor<S>(visible.map { $0 ? 0 : -1e30 }, shape: [batch, 1, time, time])
  let scores = headsFirst(turned(query)).matrixMultiplied(by: headsFirst(turned(key)), transposingOther: true)
    .scaled(by: S(1 / Double(headDim).squareRoot()))
  // A query that sees no key gets zeros.
  let weights =
    (scores + bias + hidden).softmax() * Tensor(visible.map { $0 ? 1 : 0 }, shape: [batch, 1, time, time])
  let kept = dropout.map { weights.dropout(rate: $0.rate, source: $0.source) } ?? weights
  return kept.matrixMultiplied(by: headsFirst(value)).transposed([0, 2, 1, 3])
}
