/// A tokenizer whose tokens are single characters (Unicode scalars).
///
/// Control characters are left out, and any run of white space is one space, a token like the others. A character
/// that is not in the vocabulary is `[UNK]`.
public struct CharacterTokenizer: Tokenizer {
  /// The characters.
  public let vocabulary: Vocabulary

  /// Whether characters are lower-cased, one by one; accents stay.
  public let lowercase: Bool

  private let special: AddedTokenMatcher

  /// A tokenizer with the given characters.
  public init(vocabulary: Vocabulary, lowercase: Bool) {
    let entries = AddedTokens(specialOf: vocabulary).entries
    special = AddedTokenMatcher(
      entries, patterns: entries.map { Array($0.token.content.utf8) }, splitsSpecial: false)
    self.vocabulary = vocabulary
    self.lowercase = lowercase
  }

  /// Learns the characters of some documents.
  ///
  /// - Parameters:
  ///   - documents: the text whose characters are counted.
  ///   - vocabularySize: the most tokens the vocabulary may have; the rarest characters are left out, of equally rare
  ///     ones those with the greater code point.
  ///   - lowercase: whether characters are lower-cased.
  ///   - progress: is told how many bytes more of the text were read.
  /// - Returns: a tokenizer whose characters follow the special tokens in the order of their code points.
  /// - Throws: `InputError` if there is no room for a token besides the special ones.
  public static func train(
    documents: Documents, vocabularySize: Int, lowercase: Bool = true, progress: (Int) -> Void = { _ in }
  ) throws -> CharacterTokenizer {
    try WordPieceTrainer.requireRoom(vocabularySize)
    var counts: [Unicode.Scalar: Int] = [:]
    documents.forEachChunk({ pieces in
      var counts: [Unicode.Scalar: Int] = [:]
      for piece in pieces {
        let text = String(decoding: documents.bytes(piece.range), as: UTF8.self)
        forEachCharacter(in: text.unicodeScalars, lowercase: lowercase) { counts[$0, default: 0] += 1 }
      }
      return counts
    }) { part, byteCount in
      counts.merge(part, uniquingKeysWith: +)
      progress(byteCount)
    }
    let byFrequency = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    let kept = byFrequency.prefix(vocabularySize - Vocabulary.specialTokens.count).map(\.key).sorted()
    let vocabulary = try Vocabulary(tokens: Vocabulary.specialTokens + kept.map { String($0) })
    return CharacterTokenizer(vocabulary: vocabulary, lowercase: lowercase)
  }

  /// Whether another tokenizer has the same characters and lower-cases as this one.
  public func hasSameTokens(as other: any Tokenizer) -> Bool {
    guard let other = other as? CharacterTokenizer else { return false }
    return other.vocabulary == vocabulary && other.lowercase == lowercase
  }

  /// Appends the ids of the characters of a text.
  public func encode(_ text: UnsafeBufferPointer<UInt8>, into ids: inout [Int32]) {
    special.forEachPart(of: text) { part in
      let scalars = String(decoding: part, as: UTF8.self).unicodeScalars
      Self.forEachCharacter(in: scalars, lowercase: lowercase) { scalar in
        ids.append(vocabulary.trie.id(of: UTF8.encode(scalar)!) ?? vocabulary.unknown)
      }
    } found: {
      ids.append($0)
    }
  }

  private static func forEachCharacter(
    in text: String.UnicodeScalarView, lowercase: Bool, _ body: (Unicode.Scalar) -> Void
  ) {
    var isAfterSpace = false
    for scalar in text {
      switch CharacterClass(scalar) {
      case .dropped: continue
      case .space:
        if !isAfterSpace { body(" ") }
        isAfterSpace = true
      case .letter where lowercase && scalar.properties.changesWhenLowercased:
        scalar.properties.lowercaseMapping.unicodeScalars.forEach(body)
        isAfterSpace = false
      case .letter, .punctuation, .ideograph:
        body(scalar)
        isAfterSpace = false
      }
    }
  }
}
