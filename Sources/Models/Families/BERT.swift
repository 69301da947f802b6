/// BERT: learned positions, added to the embeddings.
///
/// Source: Devlin et al. 2018.
public struct BERT: ModelFamily {
  /// The name.
  public let name = "bert"

  /// BERT's names, as those that are known best, serve every encoder that no other family names.
  public func names(_ configuration: EncoderConfiguration) -> Bool { true }
}
