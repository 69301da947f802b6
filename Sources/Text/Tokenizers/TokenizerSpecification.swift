import Platform

/// What an experiment file says about its tokenizer.
public struct TokenizerSpecification: Codable, Sendable, Equatable {
  /// How text is cut into tokens.
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// BERT's pieces of words.
    case wordpiece
    /// Single characters.
    case character
  }

  /// The keys of the specification in JSON.
  public enum CodingKeys: String, CodingKey, CaseIterable {
    /// How text is cut.
    case kind
    /// The most tokens a trained vocabulary may have.
    case vocabularySize
    /// Whether case (and for pieces accents) are removed.
    case lowercase
    /// A vocabulary to use instead of training one.
    case vocabulary
  }

  /// How text is cut into tokens.
  public var kind: Kind

  /// The most tokens a trained vocabulary may have.
  public var vocabularySize: Int

  /// Whether case is removed; pieces of words lose their accents with it.
  public var lowercase: Bool

  /// The path of a `vocab.txt` to use; without one, a vocabulary is trained.
  public var vocabulary: String?

  /// A specification.
  public init(
    kind: Kind = .wordpiece, vocabularySize: Int = 8192, lowercase: Bool = true, vocabulary: String? = nil
  ) {
    self.kind = kind
    self.vocabularySize = vocabularySize
    self.lowercase = lowercase
    self.vocabulary = vocabulary
  }

  /// A specification whose missing keys have their defaults.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let defaults = TokenizerSpecification()
    kind = try container.decodeIfPresent(Kind.self, forKey: .kind) ?? defaults.kind
    vocabularySize = try container.decodeIfPresent(Int.self, forKey: .vocabularySize) ?? defaults.vocabularySize
    lowercase = try container.decodeIfPresent(Bool.self, forKey: .lowercase) ?? defaults.lowercase
    vocabulary = try container.decodeIfPresent(String.self, forKey: .vocabulary)
  }

  /// Makes what is specified.
  ///
  /// - Parameters:
  ///   - documents: the documents to train on: those held out must not be among them.
  ///   - progress: is told how many bytes more of them were read.
  /// - Returns: the tokenizer, its vocabulary read from the file named or trained on `documents`.
  /// - Throws: `InputError` if the vocabulary cannot be read or its size leaves no room for tokens.
  public func makeTokenizer(
    training documents: Documents, progress: (Int) -> Void = { _ in }
  ) throws -> any Tokenizer {
    if let vocabulary { return makeTokenizer(try Vocabulary.load(path: vocabulary)) }
    switch kind {
    case .wordpiece:
      return makeTokenizer(
        try WordPieceTrainer.train(
          documents: documents, vocabularySize: vocabularySize, lowercase: lowercase, progress: progress))
    case .character:
      return try CharacterTokenizer.train(
        documents: documents, vocabularySize: vocabularySize, lowercase: lowercase, progress: progress)
    }
  }

  /// Makes what is specified, with a vocabulary that is known.
  public func makeTokenizer(_ vocabulary: Vocabulary) -> any Tokenizer {
    switch kind {
    case .wordpiece: WordPieceTokenizer(vocabulary: vocabulary, lowercase: lowercase)
    case .character: CharacterTokenizer(vocabulary: vocabulary, lowercase: lowercase)
    }
  }
}
