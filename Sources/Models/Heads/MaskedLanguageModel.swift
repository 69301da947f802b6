import Autodiff
import Kernels

/// An encoder with BERT's head for predicting masked tokens: a transform, LayerNorm, and the tied token embeddings.
public struct MaskedLanguageModel<S: Scalar> {
  /// The encoder.
  public let trunk: Trunk<S>

  private let transform: Dense<S>
  private let norm: Normalization<S>
  private let bias: Tensor<S>
  private let hiddenSize: Int
  private let activation: Activation

  /// A model over the weights of a scope, which get their names and initial values here if they are new.
  public init(_ scope: ParameterScope<S>, _ configuration: EncoderConfiguration) {
    trunk = Trunk(scope, configuration)
    let head = scope.part(.head)["cls"]["predictions"]
    hiddenSize = configuration.hiddenSize
    activation = configuration.activation
    // The transform ends in the width of the tied token embeddings.
    transform = Dense(
      head["transform"]["dense"], from: hiddenSize, to: configuration.embeddingSize,
      deviation: configuration.initializerDeviation)
    norm = Normalization(
      head["transform"]["LayerNorm"], size: configuration.embeddingSize, epsilon: configuration.layerNormEpsilon)
    bias = head.parameter("bias", .bias, shape: [configuration.vocabularySize], .constant(0))
  }

  /// Scores of every token of the vocabulary, at some positions alone.
  ///
  /// - Parameters:
  ///   - input: the sequences.
  ///   - positions: indices into `[batch · time]`.
  ///   - mode: whether to drop.
  /// - Returns: `[positions, vocabularySize]`.
  public func logits(
    _ input: EncoderInput, at positions: [Int32], _ mode: ForwardMode = .evaluation
  ) -> Tensor<S> {
    logits(of: trunk(input, mode), at: positions)
  }

  /// Scores of every token of the vocabulary, from vectors that the trunk has computed.
  ///
  /// - Parameters:
  ///   - hidden: `[batch, time, hiddenSize]`.
  ///   - positions: indices into `[batch · time]`.
  /// - Returns: `[positions, vocabularySize]`.
  public func logits(of hidden: Tensor<S>, at positions: [Int32]) -> Tensor<S> {
    let rows = hidden.reshaped(to: [hidden.count / hiddenSize, hiddenSize]).gathering(rows: positions)
    return norm(transform(rows).activated(by: activation))
      .linear(weight: trunk.wordEmbeddings, bias: bias)
  }

  /// The mean cross-entropy of the labels at the positions, in nats.
  public func loss(
    _ input: EncoderInput, at positions: [Int32], labels: [Int32], _ mode: ForwardMode = .evaluation
  ) -> Tensor<S> {
    logits(input, at: positions, mode).crossEntropy(labels: labels).mean()
  }
}

extension MaskedLanguageModel {
  /// How many trained numbers a model of a configuration has; tied weights count once.
  public static func parameterCount(_ configuration: EncoderConfiguration) -> Int {
    let store = ParameterStore<S>(seed: nil)
    _ = MaskedLanguageModel(store.scope(), configuration)
    return store.elementCount
  }
}
