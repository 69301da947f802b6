import Autodiff
import Kernels

/// Multi-head self-attention with its output projection (BERT's `attention.self` and `attention.output.dense`).
package struct SelfAttention<S: Scalar>: Sublayer {
  let query: Dense<S>
  let key: Dense<S>
  private let value: Dense<S>
  private let output: Dense<S>
  let configuration: EncoderConfiguration
  private let place: String

  package init(_ scope: ParameterScope<S>, _ configuration: EncoderConfiguration) {
    let (size, deviation) = (configuration.hiddenSize, configuration.initializerDeviation)
    query = Dense(scope["self"]["query"], from: size, to: size, deviation: deviation)
    let narrow = configuration.keyValueHeadCount * configuration.headDim
    key = Dense(scope["self"]["key"], from: size, to: narrow, deviation: deviation)
    value = Dense(scope["self"]["value"], from: size, to: narrow, deviation: deviation)
    output = Dense(scope["output"]["dense"], from: size, to: size, deviation: deviation)
    self.configuration = configuration
    place = scope.prefix
  }

  package func callAsFunction(
    _ x: Tensor<S>, residual: Tensor<S>? = nil, _ context: SequenceContext<S>, _ mode: ForwardMode
  ) -> Tensor<S> {
    if let visit = context.visit { visit(self, x) }
    let (keyPadding, rotation, bias) = (context.keyPadding, context.rotation, context.scoreBias)
    let dropout = mode.source(rate: configuration.dropout, place: place + "self").map {
      AttentionDropout(rate: configuration.dropout, source: $0)
    }
    let (heads, narrow, mask) = (configuration.headCount, configuration.keyValueHeadCount, configuration.attentionMask)
    let scale = configuration.scoreScale
    if let rotation, configuration.position.scheme.rotatesValues {
      func split(_ y: Tensor<S>, _ heads: Int) -> Tensor<S> {
        y.reshaped(to: [x.shape[0], x.shape[1], heads, configuration.headDim])
      }
      // Attention rotates queries and keys while it packs them; values are rotated before.
      let mixed = attention(
        query: split(query(x), heads), key: split(key(x), narrow), value: split(value(x), narrow).rotated(by: rotation),
        bias: bias, scale: scale, mask: mask, keyPadding: keyPadding, rotation: rotation, dropout: dropout)
      return output(mixed.reshaped(to: x.shape), residual: residual)
    }
    let projections = x.linear(
      weights: [query.weight, key.weight, value.weight], biases: [query.bias, key.bias, value.bias])
    return output(
      attention(
        projections: projections, heads: heads, keyValueHeads: narrow, bias: bias, scale: scale, mask: mask,
        keyPadding: keyPadding,
        rotation: rotation, dropout: dropout), residual: residual)
  }
}
