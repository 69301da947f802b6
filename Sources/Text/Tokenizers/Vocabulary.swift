import Platform

/// The tokens of a model; a token's id is its place in the list.
///
/// Vocabularies that are trained here begin with `[PAD] [UNK] [CLS] [SEP] [MASK]`, ids 0 to 4. Published ones may
/// hold these five anywhere.
public struct Vocabulary: Sendable, Equatable {
  /// The special tokens in the order in which trained vocabularies begin with them.
  public static let specialTokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]

  /// The longest token accepted, in UTF-8 bytes: more than any word that a tokenizer cuts into pieces.
  static let longestToken = 512

  /// The tokens by id.
  public let tokens: [String]

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

  /// The SHA-256 of what `write(to:)` writes, in hexadecimal.
  public let hash: String

  /// The special tokens as they are written in text.
  let special: [(bytes: [UInt8], id: Int32)]

  /// The tokens by their bytes: Swift compares texts up to canonical equivalence, vocabularies do not.
  let trie: TokenTrie

  /// A vocabulary of the given tokens.
  ///
  /// - Throws: `InputError` if a special token is missing, or a token is empty, too long, holds a line end or occurs
  ///   twice.
  public init(tokens: [String]) throws {
    try self.init(tokens: tokens, name: "vocabulary")
  }

  /// As `init(tokens:)`; errors name the file that the tokens came from.
  init(tokens: [String], name: String) throws {
    var trie = TokenTrie()
    for (id, token) in tokens.enumerated() {
      let place = "\(name):\(id + 1)"
      guard (1...Self.longestToken).contains(token.utf8.count), !token.utf8.contains(UInt8(ascii: "\n")) else {
        let found = token.isEmpty ? "empty line" : "line of \(token.utf8.count.counted("byte"))"
        throw InputError(at: place, found, expected: "one token a line, of 1 to \(Self.longestToken) bytes")
      }
      if let earlier = trie.insert(token.utf8, id: Int32(id)) {
        throw InputError(at: place, "token '\(token)' occurs twice", expected: "no other than on line \(earlier + 1)")
      }
    }
    let specialIDs = try Self.specialTokens.map { token in
      guard let id = trie.id(of: token.utf8) else {
        let all = Self.specialTokens.joined(separator: " ")
        throw InputError(at: name, "has no \(token)", expected: "one token a line, among them \(all)")
      }
      return id
    }
    special = zip(Self.specialTokens, specialIDs).map { (Array($0.utf8), $1) }
    (padding, unknown, classification) = (specialIDs[0], specialIDs[1], specialIDs[2])
    (separator, mask) = (specialIDs[3], specialIDs[4])
    self.tokens = tokens
    self.trie = trie
    hash = Digest.hexadecimal(of: Array(Self.fileText(of: tokens).utf8))
  }

  /// The number of tokens.
  public var count: Int { tokens.count }

  /// The id of a token, compared byte by byte, or `nil` if it is not in the vocabulary.
  public func id(of token: String) -> Int32? {
    trie.id(of: token.utf8)
  }

  /// Whether an id is that of one of the five special tokens.
  public func isSpecial(_ id: Int32) -> Bool {
    id == padding || id == unknown || id == classification || id == separator || id == mask
  }

  /// Two vocabularies are equal if they would write the same file.
  public static func == (a: Vocabulary, b: Vocabulary) -> Bool {
    a.hash == b.hash
  }

  // MARK: - vocab.txt

  /// The vocabulary in a `vocab.txt`: one token a line, its id the line number from 0.
  ///
  /// - Throws: `InputError` as `init(tokens:)`, with the line, or if the file cannot be read.
  public static func load(path: String) throws -> Vocabulary {
    let text = try Files.readText(path, as: "vocabulary, one token a line")
    var lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    let tokens = lines.map { line in
      String(Substring(line.last == UInt8(ascii: "\r") ? line.dropLast() : line))
    }
    return try Vocabulary(tokens: tokens, name: path)
  }

  /// Writes the vocabulary as `vocab.txt`.
  ///
  /// - Throws: `InputError` if the file cannot be written.
  public func write(to path: String) throws {
    try Files.write(Self.fileText(of: tokens), to: path)
  }

  private static func fileText(of tokens: [String]) -> String {
    tokens.map { $0 + "\n" }.joined()
  }
}
