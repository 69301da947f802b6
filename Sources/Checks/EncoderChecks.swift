import Autodiff
import Kernels
import Models

extension CheckedFunction {
  /// Whole encoders: the loss as a function of every weight, for every position encoding.
  static var encoders: [CheckedFunction] {
    PositionEncoding.checked.flatMap { position in
      EncoderConfiguration.ResidualOrder.allCases.map { order in
        maskedTokenLoss("\(position.name).\(order)", configuration(position.encoding, order))
      }
    }
      + [
        maskedTokenLoss("\(usual).post.dropout", configuration(.inAttention, .post, dropout: 0.2)),
        maskedTokenLoss("\(usual).post.narrowEmbeddings", configuration(.inAttention, .post, embeddingSize: 10)),
        maskedTokenLoss("\(usual).post.silu", configuration(.inAttention, .post, activation: .silu)),
        trunk("Trunk.post", configuration(.inAttention, .post)),
        trunk("Trunk.pre", configuration(.inEmbeddings, .pre)),
      ]
  }

  private static var usual: String { "\(PositionFamily.usual.rawValue).published" }

  private static func trunk(_ name: String, _ configuration: EncoderConfiguration) -> CheckedFunction {
    layer(name) { scope in
      let trunk = Trunk(scope, configuration)
      return { _ in trunk(batch) }
    }
  }

  /// Two sequences of seven tokens with two token types, the last two tokens of the second being padding.
  static var batch: EncoderInput {
    EncoderInput(
      batch: 2, time: 7, tokens: [1, 5, 9, 2, 6, 3, 11, 4, 8, 12, 7, 10, 0, 0],
      tokenTypes: [0, 0, 0, 1, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0],
      keyPadding: [Bool](repeating: false, count: 12) + [true, true])
  }

  /// Two blocks whose sizes are all distinct.
  ///
  /// Initial weights are larger than BERT's, so that attention is not flat and every gradient is of a visible size.
  private static func configuration(
    _ position: PositionEncoding, _ order: EncoderConfiguration.ResidualOrder, embeddingSize: Int? = nil,
    activation: Activation = .gelu, dropout: Double = 0
  ) -> EncoderConfiguration {
    EncoderConfiguration(
      vocabularySize: 13, layerCount: 2, hiddenSize: 24, embeddingSize: embeddingSize, headCount: 3,
      feedForwardSize: 37, activation: activation, position: position, residualOrder: order, dropout: dropout,
      initializerDeviation: 0.3)
  }
}
