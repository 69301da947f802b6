import Autodiff
import Kernels

/// One layer of the encoder: attention and a feed-forward network, each with its residual connection and LayerNorm.
package struct TransformerBlock<S: Scalar> {
  private let attention: SelfAttention<S>
  private let attentionNorm: Normalization<S>
  private let intermediate: Dense<S>
  private let output: Dense<S>
  private let outputNorm: Normalization<S>
  private let configuration: EncoderConfiguration
  private let place: String

  package init(_ scope: ParameterScope<S>, _ configuration: EncoderConfiguration) {
    let (size, inner) = (configuration.hiddenSize, configuration.feedForwardSize)
    let (deviation, epsilon) = (configuration.initializerDeviation, configuration.layerNormEpsilon)
    attention = SelfAttention(scope["attention"], configuration)
    attentionNorm = Normalization(scope["attention"]["output"]["LayerNorm"], size: size, epsilon: epsilon)
    intermediate = Dense(scope["intermediate"]["dense"], from: size, to: inner, deviation: deviation)
    output = Dense(scope["output"]["dense"], from: inner, to: size, deviation: deviation)
    outputNorm = Normalization(scope["output"]["LayerNorm"], size: size, epsilon: epsilon)
    self.configuration = configuration
    place = scope.prefix
  }

  /// - Parameters:
  ///   - x: `[batch, time, hiddenSize]`.
  ///   - keyPadding: `[batch, time]`; `true` hides that key.
  ///   - rotation: what is applied to queries and keys.
  ///   - mode: whether to drop.
  /// - Returns: the shape of `x`.
  package func callAsFunction(
    _ x: Tensor<S>, keyPadding: [Bool]?, rotation: Rotation<S>?, _ mode: ForwardMode
  ) -> Tensor<S> {
    let attended = residual(x, attentionNorm, "attention", mode) {
      attention($0, residual: $1, keyPadding: keyPadding, rotation: rotation, mode)
    }
    return residual(attended, outputNorm, "output", mode) {
      $0.feedForward(
        innerWeight: intermediate.weight, innerBias: intermediate.bias, outerWeight: output.weight,
        outerBias: output.bias, residual: $1)
    }
  }

  /// norm(x + f(x)), or x + f(norm(x)) with pre-LN.
  ///
  /// - Parameters:
  ///   - x: the residual.
  ///   - norm: LayerNorm.
  ///   - name: of the place of the dropout of f's result.
  ///   - mode: whether to drop.
  ///   - f: is given its input, and x if its last product is to add it, which it cannot where dropout lies between.
  /// - Returns: the shape of `x`.
  private func residual(
    _ x: Tensor<S>, _ norm: Normalization<S>, _ name: String, _ mode: ForwardMode,
    _ f: (Tensor<S>, _ residual: Tensor<S>?) -> Tensor<S>
  ) -> Tensor<S> {
    func sum(_ input: Tensor<S>) -> Tensor<S> {
      guard let source = mode.source(rate: configuration.dropout, place: place + name) else { return f(input, x) }
      return x + f(input, nil).dropout(rate: configuration.dropout, source: source)
    }
    switch configuration.residualOrder {
    case .post: return norm(sum(x))
    case .pre: return sum(norm(x))
    }
  }
}
