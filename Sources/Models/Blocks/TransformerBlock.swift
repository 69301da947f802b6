import Autodiff
import Kernels

/// BERT's block, under BERT's names: attention, then a feed-forward network, each with its residual and LayerNorm.
///
/// Source: Vaswani et al. 2017, section 3.1; Devlin et al. 2018.
package struct TransformerBlock<S: Scalar>: Block {
  private let attention: Residual<SelfAttention<S>>
  private let feedForward: Residual<FeedForward<S>>

  package init(_ scope: ParameterScope<S>, _ configuration: EncoderConfiguration) {
    let (size, inner) = (configuration.hiddenSize, configuration.feedForwardSize)
    let deviation = configuration.initializerDeviation
    func residual<Inner: Sublayer<S>>(_ sublayer: Inner, _ norm: ParameterScope<S>, _ name: String) -> Residual<Inner> {
      Residual(
        sublayer, norm: Normalization(norm["LayerNorm"], size: size, epsilon: configuration.layerNormEpsilon),
        configuration.residualOrder, dropout: configuration.dropout, place: scope.prefix + name)
    }
    attention = residual(
      SelfAttention(scope["attention"], configuration), scope["attention"]["output"], "attention")
    feedForward = residual(
      FeedForward(
        inner: Dense(scope["intermediate"]["dense"], from: size, to: inner, deviation: deviation),
        outer: Dense(scope["output"]["dense"], from: inner, to: size, deviation: deviation)),
      scope["output"], "output")
  }

  package func callAsFunction(_ x: Tensor<S>, _ context: SequenceContext<S>, _ mode: ForwardMode) -> Tensor<S> {
    feedForward(attention(x, context, mode), context, mode)
  }
}
