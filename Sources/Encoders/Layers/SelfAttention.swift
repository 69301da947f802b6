import Autodiff
import Kernels

/// Multi-head self-attention with its output projection (BERT's `attention.self` and `attention.output.dense`).
package struct SelfAttention<S: Scalar> {
  private let query: Dense<S>
  private let key: Dense<S>
  private let value: Dense<S>
  private let output: Dense<S>
  private let configuration: EncoderConfiguration
  private let place: String

  package init(_ scope: ParameterScope<S>, _ configuration: EncoderConfiguration) {
    let (size, deviation) = (configuration.hiddenSize, configuration.initializerDeviation)
    query = Dense(scope["self"]["query"], from: size, to: size, deviation: deviation)
    key = Dense(scope["self"]["key"], from: size, to: size, deviation: deviation)
    value = Dense(scope["self"]["value"], from: size, to: size, deviation: deviation)
    output = Dense(scope["output"]["dense"], from: size, to: size, deviation: deviation)
    self.configuration = configuration
    place = scope.prefix
  }

  /// - Parameters:
  ///   - x: `[batch, time, hiddenSize]`.
  ///   - keyPadding: `[batch, time]`; `true` hides that key.
  ///   - rotation: the second seam of a position encoding: what is applied to queries and keys.
  ///   - mode: whether to drop.
  /// - Returns: the shape of `x`.
  package func callAsFunction(
    _ x: Tensor<S>, keyPadding: [Bool]?, rotation: Rotation<S>?, _ mode: ForwardMode
  ) -> Tensor<S> {
    let heads = [x.shape[0], x.shape[1], configuration.headCount, configuration.headDim]
    let dropout = mode.source(rate: configuration.dropout, place: place + "self").map {
      AttentionDropout(rate: configuration.dropout, source: $0)
    }
    var values = value(x).reshaped(to: heads)
    if let rotation, configuration.rotatesValues { values = values.rotated(by: rotation) }
    let mixed = attention(
      query: query(x).reshaped(to: heads), key: key(x).reshaped(to: heads), value: values,
      keyPadding: keyPadding, rotation: rotation, dropout: dropout)
    return output(mixed.reshaped(to: x.shape))
  }
}
