/// BERT: learned positions, added to the embeddings.
///
/// Source: Devlin et al. 2018.
public struct BERT: ModelFamily {
  /// The name.
  public let name = "bert"
  /// The class of `transformers`.
  public let className = "BertForMaskedLM"
  /// That of BERT base.
  public let standardVocabularySize = 30522
  /// That of BERT base.
  public let standardPositionCount = 512
  /// Heads of any size.
  public let hasEvenHeads = false

  /// BERT's names, as those that are known best, serve every encoder that no other family names.
  public func names(_ configuration: EncoderConfiguration) -> Bool { true }

  /// A learned table, as wide as the model.
  public func embeddings(
    _ keys: HuggingFaceKeys, hiddenSize: Int, positionCount: Int
  ) throws -> (position: PositionEncoding, size: Int) {
    if let kind = keys["position_embedding_type"], kind.text != "absolute" {
      throw keys.fault("position_embedding_type", expected: "\"absolute\"")
    }
    return (.learned(positionCount: positionCount), hiddenSize)
  }

  /// Embeddings that are narrower than the model.
  public func refusal(_ encoder: EncoderConfiguration) -> String? {
    encoder.embeddingSize == encoder.hiddenSize ? nil : "its embeddings are narrower than the model, BERT's are not"
  }
}
