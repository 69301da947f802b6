import Autodiff
import Kernels

/// Tokens, token types and, where the encoding is added, positions, as vectors.
///
/// LayerNorm and dropout follow, as in BERT, with post-LN and pre-LN alike.
package struct Embeddings<S: Scalar> {
  let words: Tensor<S>
  private let tokenTypes: Tensor<S>
  private let addition: AddedPositions<S>?
  private let norm: Normalization<S>
  private let configuration: EncoderConfiguration

  package init(_ scope: ParameterScope<S>, _ configuration: EncoderConfiguration) {
    let (size, deviation) = (configuration.embeddingSize, configuration.initializerDeviation)
    words = scope["word_embeddings"].parameter(
      "weight", .embedding, shape: [configuration.vocabularySize, size],
      .truncatedNormal(standardDeviation: deviation))
    tokenTypes = scope["token_type_embeddings"].parameter(
      "weight", .embedding, shape: [configuration.tokenTypeCount, size],
      .truncatedNormal(standardDeviation: deviation))
    addition = configuration.position.scheme.addition(scope.part(.positions), configuration)
    norm = Normalization(scope["LayerNorm"], size: size, epsilon: configuration.layerNormEpsilon)
    self.configuration = configuration
  }

  /// - Returns: `[batch, time, embeddingSize]`.
  package func callAsFunction(_ input: EncoderInput, _ mode: ForwardMode) -> Tensor<S> {
    let axes = [input.batch, input.time]
    let tokens = words.gathering(rows: input.tokens, leading: axes)
    let scaled = addition?.scaled(tokens) ?? tokens
    let types = tokenTypes.gathering(rows: input.tokenTypes, leading: axes)
    let sum = addition?.added(to: scaled + types) ?? scaled + types
    return mode.dropping(norm(sum), rate: configuration.dropout, place: "embeddings")
  }
}
