import Kernels
import Platform

/// The shape of an encoder; the defaults are BERT's.
public struct EncoderConfiguration: Codable, Sendable, Equatable {
  /// How many tokens the vocabulary has.
  public var vocabularySize: Int
  /// How many transformer blocks are stacked.
  public var layerCount: Int
  /// The width d of the residual stream.
  public var hiddenSize: Int
  /// The width of the embeddings; where it is not `hiddenSize`, a linear map follows them (RoFormer's
  /// `embeddings_project`).
  public var embeddingSize: Int
  /// How many attention heads share the width.
  public var headCount: Int
  /// How many heads keys and values have; each serves as many heads of queries as there are for one of it.
  public var keyValueHeadCount: Int
  /// Which keys a query may see besides what padding hides.
  public var attentionMask: AttentionMask
  /// The inner width of the feed-forward network.
  public var feedForwardSize: Int
  /// The activation of the feed-forward network, and of the head's transform.
  public var activation: Activation
  /// How positions are encoded.
  public var position: PositionEncoding
  /// The position of a sequence's first token.
  public var positionOffset: Int
  /// How many optimizer steps ALiBi's penalties are added to the scores, besides what the position encoding does.
  public var alibiSteps: Int
  /// Where LayerNorm stands.
  public var residualOrder: ResidualOrder
  /// The share of activations that dropout sets to zero, on embeddings, attention weights and sub-layer outputs.
  public var dropout: Double
  /// How many token types (segments) the embedding knows.
  public var tokenTypeCount: Int
  /// ε inside LayerNorm's square root.
  public var layerNormEpsilon: Double
  /// The standard deviation of the truncated normal that weights start from.
  public var initializerDeviation: Double

  /// Where LayerNorm stands relative to the residual connection.
  public enum ResidualOrder: String, Codable, Sendable, CaseIterable {
    /// norm(x + f(x)), as in BERT.
    case post
    /// x + f(norm(x)), with one more LayerNorm after the last block.
    case pre
  }

  /// The width of one head.
  public var headDim: Int { hiddenSize / headCount }

  /// A configuration, its sizes given and the rest as in BERT.
  public init(
    vocabularySize: Int, layerCount: Int, hiddenSize: Int, embeddingSize: Int? = nil, headCount: Int,
    keyValueHeadCount: Int? = nil, attentionMask: AttentionMask = .bidirectional, feedForwardSize: Int? = nil,
    activation: Activation = .gelu, position: PositionEncoding, positionOffset: Int = 0, alibiSteps: Int = 0,
    residualOrder: ResidualOrder = .post, dropout: Double = 0,
    tokenTypeCount: Int = 2, layerNormEpsilon: Double = 1e-12, initializerDeviation: Double = 0.02
  ) {
    self.vocabularySize = vocabularySize
    self.layerCount = layerCount
    self.hiddenSize = hiddenSize
    self.embeddingSize = embeddingSize ?? hiddenSize
    self.headCount = headCount
    self.keyValueHeadCount = keyValueHeadCount ?? headCount
    self.attentionMask = attentionMask
    self.feedForwardSize = feedForwardSize ?? 4 * hiddenSize
    self.activation = activation
    self.position = position
    self.positionOffset = positionOffset
    self.alibiSteps = alibiSteps
    self.residualOrder = residualOrder
    self.dropout = dropout
    self.tokenTypeCount = tokenTypeCount
    self.layerNormEpsilon = layerNormEpsilon
    self.initializerDeviation = initializerDeviation
  }
}

// MARK: - In metadata

extension EncoderConfiguration {
  /// Reads what `encode(to:)` wrote, by this version or one before; what it does not say is as in BERT.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      vocabularySize: try container.decode(Int.self, forKey: .vocabularySize),
      layerCount: try container.decode(Int.self, forKey: .layerCount),
      hiddenSize: try container.decode(Int.self, forKey: .hiddenSize),
      headCount: try container.decode(Int.self, forKey: .headCount),
      position: try container.decode(PositionEncoding.self, forKey: .position))
    try container.decode(into: &embeddingSize, .embeddingSize)
    try container.decode(into: &keyValueHeadCount, .keyValueHeadCount)
    try container.decode(into: &attentionMask, .attentionMask)
    try container.decode(into: &feedForwardSize, .feedForwardSize)
    try container.decode(into: &activation, .activation)
    try container.decode(into: &positionOffset, .positionOffset)
    try container.decode(into: &alibiSteps, .alibiSteps)
    try container.decode(into: &residualOrder, .residualOrder)
    try container.decode(into: &dropout, .dropout)
    try container.decode(into: &tokenTypeCount, .tokenTypeCount)
    try container.decode(into: &layerNormEpsilon, .layerNormEpsilon)
    try container.decode(into: &initializerDeviation, .initializerDeviation)
  }
}
