/// What a weight is in its layer.
public enum WeightRole: String, Sendable, CaseIterable {
  /// Of a linear map.
  case matrix
  /// A table with a row a token, a type or a position.
  case embedding
  /// A vector that is added.
  case bias
  /// A factor: a vector that multiplies what a norm gives, or one number.
  case gain

  /// Whether weight decay applies, as in BERT: to matrices and tables, not to biases and gains.
  public var decays: Bool {
    switch self {
    case .matrix, .embedding: true
    case .bias, .gain: false
    }
  }
}

/// The part of a model that a weight belongs to.
public enum WeightPart: Sendable {
  /// The embeddings of tokens and types, with their norm and projection.
  case embeddings
  /// The position encoding: what encoders that differ in it alone do not share.
  case positions
  /// The blocks, and a norm after the last.
  case encoder
  /// What follows the trunk.
  case head

  /// What a tape's observer is told; positions are a part of the embeddings there.
  var group: String {
    switch self {
    case .embeddings, .positions: "embeddings"
    case .encoder: "encoder"
    case .head: "head"
    }
  }
}
