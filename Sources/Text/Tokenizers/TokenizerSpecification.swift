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
    /// Whether accents are removed.
    case stripAccents
    /// Whether ideographs are words of their own.
    case separateIdeographs
    /// A vocabulary to use instead of training one.
    case vocabulary
  }

  /// How text is cut into tokens.
  public var kind: Kind

  /// The most tokens a trained vocabulary may have.
  public var vocabularySize: Int

  /// Whether case is removed; pieces of words lose their accents with it.
  public var lowercase: Bool

  /// Whether pieces of words lose their accents; by default if they lose their case.
  public var stripAccents: Bool?

  /// Whether ideographs are words of their own before they are cut into pieces; by default they are.
  public var separateIdeographs: Bool?

  /// The path of a `vocab.txt` to use; without one, a vocabulary is trained.
  ///
  /// A folder or a `tokenizer.json` brings its own settings, and all other keys say nothing.
  public var vocabulary: String?

  /// A specification.
  public init(
    kind: Kind = .wordpiece, vocabularySize: Int = 8192, lowercase: Bool = true, stripAccents: Bool? = nil,
    separateIdeographs: Bool? = nil, vocabulary: String? = nil
  ) {
    self.kind = kind
    self.vocabularySize = vocabularySize
    self.lowercase = lowercase
    self.stripAccents = stripAccents
    self.separateIdeographs = separateIdeographs
    self.vocabulary = vocabulary
  }

  /// A specification whose missing keys have their defaults.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let defaults = TokenizerSpecification()
    kind = try container.decodeIfPresent(Kind.self, forKey: .kind) ?? defaults.kind
    vocabularySize = try container.decodeIfPresent(Int.self, forKey: .vocabularySize) ?? defaults.vocabularySize
    lowercase = try container.decodeIfPresent(Bool.self, forKey: .lowercase) ?? defaults.lowercase
    stripAccents = try container.decodeIfPresent(Bool.self, forKey: .stripAccents)
    separateIdeographs = try container.decodeIfPresent(Bool.self, forKey: .separateIdeographs)
    vocabulary = try container.decodeIfPresent(String.self, forKey: .vocabulary)
  }

  private var normalization: TextNormalization {
    TextNormalization(
      lowercase: lowercase, stripsAccents: stripAccents, separatesIdeographs: separateIdeographs ?? true)
  }

  /// Makes what is specified.
  ///
  /// - Parameters:
  ///   - documents: the documents to train on: those held out must not be among them.
  ///   - notice: told of what may surprise in the files of a vocabulary.
  ///   - progress: is told how many bytes more of the documents were read.
  /// - Returns: the tokenizer, its vocabulary read from the file named or trained on `documents`.
  /// - Throws: `InputError` if the vocabulary cannot be read or its size leaves no room for tokens.
  public func makeTokenizer(
    training documents: Documents, notice: (String) -> Void = { _ in }, progress: (Int) -> Void = { _ in }
  ) throws -> any Tokenizer {
    if let given = try givenTokenizer(notice: notice) { return given }
    switch kind {
    case .wordpiece:
      return tokenizer(
        try WordPieceTrainer.train(
          documents: documents, vocabularySize: vocabularySize, normalization: normalization, progress: progress))
    case .character:
      return try CharacterTokenizer.train(
        documents: documents, vocabularySize: vocabularySize, lowercase: lowercase, progress: progress)
    }
  }

  /// Makes what is specified, with the vocabulary that `makeTokenizer(training:)` has found before.
  ///
  /// - Throws: `InputError` if a vocabulary is named that cannot be read.
  public func makeTokenizer(_ vocabulary: Vocabulary) throws -> any Tokenizer {
    try givenTokenizer { _ in } ?? tokenizer(vocabulary)
  }

  /// The tokenizer whose vocabulary is named; `nil` where one is trained.
  ///
  /// - Parameter notice: told of what may surprise in its files.
  /// - Returns: the tokenizer with that vocabulary.
  /// - Throws: `InputError` if the vocabulary cannot be read.
  public func givenTokenizer(notice: (String) -> Void) throws -> (any Tokenizer)? {
    guard let vocabulary else { return nil }
    if TokenizerFolder.isWhole(vocabulary) { return try TokenizerFolder.load(vocabulary: vocabulary, notice: notice) }
    // A space is a character like the others; at the end of a piece it could never match.
    return tokenizer(try Vocabulary.load(path: vocabulary, trims: kind == .wordpiece, notice: notice))
  }

  /// What the files of a named vocabulary hold, as a hash in hexadecimal; empty where none is named.
  ///
  /// - Throws: `InputError` if a file cannot be read.
  public func vocabularyFilesHash() throws -> String {
    guard let vocabulary else { return "" }
    guard TokenizerFolder.isWhole(vocabulary), !vocabulary.hasSuffix(".json") else {
      return Digest.hexadecimal(of: try Files.read(vocabulary, as: "vocabulary, one token a line"))
    }
    var digest = Digest()
    for path in TokenizerFolder.files(of: vocabulary) {
      digest.update(Array("\(path)\n\(Digest.hexadecimal(of: try Files.read(path, as: "tokenizer")))\n".utf8))
    }
    return digest.finish()
  }

  private func tokenizer(_ vocabulary: Vocabulary) -> any Tokenizer {
    switch kind {
    case .wordpiece: WordPieceTokenizer(vocabulary: vocabulary, normalization: normalization)
    case .character: CharacterTokenizer(vocabulary: vocabulary, lowercase: lowercase)
    }
  }
}
