import Autodiff
import Kernels

/// The encoder without a head: embeddings and a stack of transformer blocks.
public struct Trunk<S: Scalar> {
  /// The token embeddings, `[vocabularySize, embeddingSize]`, which a head may share.
  public var wordEmbeddings: Tensor<S> { embeddings.words }

  private let embeddings: Embeddings<S>
  /// From the embeddings' width to the stack's, where these differ.
  private let projection: Dense<S>?
  private let blocks: [any Block<S>]
  private let scoreBias: ((_ time: Int) -> Tensor<S>)?
  private let finalNorm: Normalization<S>?
  private let configuration: EncoderConfiguration

  /// A trunk over the weights of a scope, which get their names and initial values here if they are new.
  public init(_ scope: ParameterScope<S>, _ configuration: EncoderConfiguration) {
    embeddings = Embeddings(scope.part(.embeddings)["embeddings"], configuration)
    projection =
      configuration.embeddingSize == configuration.hiddenSize
      ? nil
      : Dense(
        scope.part(.embeddings)["embeddings_project"], from: configuration.embeddingSize,
        to: configuration.hiddenSize, deviation: configuration.initializerDeviation)
    blocks = (0..<configuration.layerCount).map {
      TransformerBlock(scope.part(.encoder)["encoder"]["layer"]["\($0)"], configuration)
    }
    finalNorm =
      configuration.residualOrder == .pre
      ? Normalization(
        scope.part(.encoder)["encoder"]["LayerNorm"], size: configuration.hiddenSize,
        epsilon: configuration.layerNormEpsilon)
      : nil
    scoreBias = configuration.scoreBias(scope.part(.positions))
    self.configuration = configuration
  }

  /// The contextual vector of every token.
  ///
  /// - Returns: `[batch, time, hiddenSize]`.
  public func callAsFunction(_ input: EncoderInput, _ mode: ForwardMode = .evaluation) -> Tensor<S> {
    hidden(input, mode, visit: nil)
  }

  /// The contextual vector of every token, in evaluation mode, while the inside of attention is shown.
  ///
  /// The vectors are, to the bit, those of the other pass. For weights that are on no tape: what is shown would be
  /// recorded there.
  ///
  /// - Parameters:
  ///   - input: the sequences.
  ///   - visit: is given the attention of each layer, the first layer first.
  /// - Returns: `[batch, time, hiddenSize]`.
  public func callAsFunction(
    _ input: EncoderInput, visiting visit: @escaping (AttentionView<S>) -> Void
  ) -> Tensor<S> {
    hidden(input, .evaluation, visit: visit)
  }

  private func hidden(
    _ input: EncoderInput, _ mode: ForwardMode, visit: ((AttentionView<S>) -> Void)?
  ) -> Tensor<S> {
    let context = SequenceContext(
      keyPadding: input.keyPadding, rotation: configuration.rotation(S.self, positionCount: input.time),
      scoreBias: scoreBias?(input.time))
    var x = embeddings(input, mode)
    if let projection { x = projection(x) }
    for (layer, block) in blocks.enumerated() {
      let own = configuration.position.scheme.rotates(inLayer: layer) ? context : context.withoutRotation
      var shown = own
      shown.visit = visit.map { visit in { visit($0.view($1, own, layer: layer)) } }
      x = block(x, shown, mode)
    }
    return finalNorm.map { $0(x) } ?? x
  }
}

extension EncoderConfiguration {
  /// Whether the position encoding is added to the embeddings, and so leaves attention as it is.
  package var addsPositions: Bool {
    position.scheme.addition(ParameterStore<Float>(seed: nil).scope(), self) != nil
  }

  /// What the scores of attention are multiplied by.
  package var scoreScale: Double { 1 / Double(position.scheme.scoreTerms * headDim).squareRoot() }

  /// The rotation of queries and keys, if the position encoding is one.
  package func rotation<S: Scalar>(_: S.Type, positionCount: Int) -> Rotation<S>? {
    position.scheme.rotation(S.self, positionCount: positionCount, self)
  }
}
