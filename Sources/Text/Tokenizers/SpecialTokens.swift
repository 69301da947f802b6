/// The tokens that BERT gives a role, by the names that a vocabulary has for them.
public struct SpecialTokens: Sendable, Hashable {
  /// Fills sequences up.
  public var padding: String
  /// Stands for words that cannot be written in the vocabulary.
  public var unknown: String
  /// Begins each sequence.
  public var classification: String
  /// Ends each sequence and stands between documents.
  public var separator: String
  /// Hides a token that is to be predicted.
  public var mask: String

  /// The names in BERT's vocabularies and in those that are trained here.
  public static let bert = SpecialTokens(
    padding: "[PAD]", unknown: "[UNK]", classification: "[CLS]", separator: "[SEP]", mask: "[MASK]")

  /// The names in the order in which trained vocabularies begin with them.
  public var all: [String] { [padding, unknown, classification, separator, mask] }
}
