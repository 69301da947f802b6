import Autodiff
import Kernels

/// The inside of one layer's self-attention, which the fast kernel never stores: what its softmax is given, and what it
/// returns.
///
/// B is the batch, T the time, H the heads. The numbers are computed a second time, by plain tensor operations.
public struct AttentionView<S: Scalar> {
  /// The layer, counted from 0 as in the names of weights.
  public let layer: Int

  /// What the layer's queries and keys are projections of: `[B, T, hiddenSize]`.
  ///
  /// With pre-LN that is after the norm.
  public let input: Tensor<S>

  /// The scores before softmax: `[B, H, T, T]`, queries before keys.
  ///
  /// Queries and keys are rotated where the position encoding does that, the product is scaled, and what the encoding adds
  /// is added; −∞ where the query does not see the key.
  public let scores: Tensor<S>

  /// The attention weights, softmax of the scores over the keys: `[B, H, T, T]`.
  ///
  /// NaN for a query that sees no key at all, which a padded query of a causal mask alone may be.
  public let weights: Tensor<S>
}

extension SelfAttention {
  /// What is inside when the layer is applied to `x`; no dropout.
  func view(_ x: Tensor<S>, _ context: SequenceContext<S>, layer: Int) -> AttentionView<S> {
    let (batch, time, headDim) = (x.shape[0], x.shape[1], configuration.headDim)
    let (heads, narrow) = (configuration.headCount, configuration.keyValueHeadCount)
    /// `[B, H, T, D]`.
    func headsFirst(_ y: Tensor<S>, _ heads: Int) -> Tensor<S> {
      let rows = y.reshaped(to: [batch, time, heads, headDim])
      return (context.rotation.map(rows.rotated) ?? rows).transposed([0, 2, 1, 3])
    }
    // The heads of queries that share a head of keys follow one another, so their rows are those of one product.
    let queries = headsFirst(query(x), heads).reshaped(to: [batch, narrow, heads / narrow * time, headDim])
    var scores = queries.matrixMultiplied(by: headsFirst(key(x), narrow), transposingOther: true)
      .reshaped(to: [batch, heads, time, time]).scaled(by: S(configuration.scoreScale))
    if let bias = context.scoreBias { scores = scores + bias.reshaped(to: [1, heads, time, time]) }
    if let keyPadding = context.keyPadding {
      scores = scores + Tensor(keyPadding.map { $0 ? -.infinity : 0 }, shape: [batch, 1, 1, time])
    }
    if configuration.attentionMask == .causal {
      scores =
        scores + Tensor((0..<time * time).map { $0 % time > $0 / time ? -.infinity : 0 }, shape: [1, 1, time, time])
    }
    return AttentionView(layer: layer, input: x, scores: scores, weights: scores.softmax(alongAxis: -1))
  }
}
