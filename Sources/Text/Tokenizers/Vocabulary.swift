import Platform

/// The tokens of a model; a token's id is its place in the list.
///
/// Vocabularies that are trained here begin with `[PAD] [UNK] [CLS] [SEP] [MASK]`, ids 0 to 4. Published ones may
/// hold these five anywhere, and by other names. They may hold equal tokens, of which the last one counts, and empty
/// ones, which no text has.
public struct Vocabulary: Sendable, Equatable {
  /// The special tokens in the order in which trained vocabularies begin with them.
  public static let specialTokens = SpecialTokens.bert.all

  /// The longest token accepted, in UTF-8 bytes: more than any word that a tokenizer cuts into pieces.
  static let longestToken = 512

  /// The tokens by id.
  public let tokens: [String]
  /// What the five tokens with a role are called.
  public let specialTokens: SpecialTokens

  /// The id of `[PAD]`, which fills sequences up.
  public let padding: Int32
  /// The id of `[UNK]`, which stands for words that cannot be written in this vocabulary.
  public let unknown: Int32
  /// The id of `[CLS]`, which begins each sequence.
  public let classification: Int32
  /// The id of `[SEP]`, which ends each sequence and stands between documents.
  public let separator: Int32
  /// The id of `[MASK]`, which hides a token that is to be predicted.
  public let mask: Int32
  /// Special tokens beside the five, which are never predicted either.
  let otherSpecial: Set<Int32>

  /// The SHA-256 of the tokens, a line each, in hexadecimal.
  public let hash: String

  /// The tokens by their bytes: Swift compares texts up to canonical equivalence, vocabularies do not.
  let trie: TokenTrie

  /// A vocabulary of the given tokens.
  ///
  /// - Parameters:
  ///   - tokens: the tokens by id.
  ///   - specialTokens: what the five with a role are called.
  /// - Throws: `InputError` if a special token is missing, or a token is too long or holds a line end.
  public init(tokens: [String], specialTokens: SpecialTokens = .bert) throws {
    try self.init(tokens: tokens, specialTokens: specialTokens, name: "vocabulary")
  }

  /// As `init(tokens:specialTokens:)`; errors name the file that the tokens came from.
  ///
  /// `id` gives ids to special tokens that are not in the list: behind equal tokens, an added one shares a piece's id.
  init(
    tokens: [String], specialTokens: SpecialTokens = .bert, otherSpecial: Set<Int32> = [], name: String,
    id: (String) -> Int32? = { _ in nil }
  ) throws {
    var trie = TokenTrie()
    for (id, token) in tokens.enumerated() {
      guard token.utf8.count <= Self.longestToken, !token.utf8.contains(UInt8(ascii: "\n")) else {
        throw InputError(
          at: "\(name):\(id + 1)", "line of \(token.utf8.count.counted("byte"))",
          expected: "one token a line, of at most \(Self.longestToken) bytes")
      }
      trie.insert(token.utf8, id: Int32(id))
    }
    let ids = try specialTokens.all.map { token in
      guard let id = trie.id(of: token.utf8) ?? id(token) else {
        throw InputError(
          at: name, "has no \(token)",
          expected: "one token a line, among them \(specialTokens.all.joined(separator: " "))")
      }
      return id
    }
    (padding, unknown, classification, separator, mask) = (ids[0], ids[1], ids[2], ids[3], ids[4])
    self.tokens = tokens
    self.specialTokens = specialTokens
    self.otherSpecial = otherSpecial.subtracting(ids)
    self.trie = trie
    hash = Digest.hexadecimal(of: Array(Self.fileText(of: tokens).utf8))
  }

  /// The number of tokens.
  public var count: Int { tokens.count }

  /// The id of a token, compared byte by byte, or `nil` if it is not in the vocabulary.
  public func id(of token: String) -> Int32? {
    trie.id(of: token.utf8)
  }

  /// Whether an id is that of a special token, which is never predicted.
  public func isSpecial(_ id: Int32) -> Bool {
    id == padding || id == unknown || id == classification || id == separator || id == mask
      || (!otherSpecial.isEmpty && otherSpecial.contains(id))
  }

  /// Two vocabularies are equal if they have the same tokens in the same roles.
  public static func == (a: Vocabulary, b: Vocabulary) -> Bool {
    a.hash == b.hash && a.specialTokens == b.specialTokens && a.otherSpecial == b.otherSpecial
  }

  static func fileText(of tokens: some Sequence<String>) -> String {
    tokens.map { $0 + "\n" }.joined()
  }
}
