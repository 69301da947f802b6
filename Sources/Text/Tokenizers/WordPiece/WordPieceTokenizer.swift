/// BERT's tokenizer: words, each cut greedily into the longest pieces of the vocabulary.
///
/// A piece that continues a word is written with `##` before it. A word of which some part matches no piece, or that is
/// too long, becomes one `[UNK]`. Before text is cut into words, it is cut at the added tokens written in it.
public struct WordPieceTokenizer: Tokenizer {
  /// The longest word that is cut into pieces, in Unicode scalars (Google's code allows 200; Hugging Face's, followed
  /// here, 100).
  public static let longestWord = 100

  /// The pieces, and the added tokens that are none.
  public let vocabulary: Vocabulary
  /// What is done to text before it is cut into words.
  public let normalization: TextNormalization
  /// The longest word that is cut into pieces, in Unicode scalars.
  public let longestWord: Int
  /// The tokens that text is cut at first.
  public let addedTokens: AddedTokens
  /// How many tokens of the vocabulary, from the first on, words are cut into; the rest are added ones.
  public let pieceCount: Int

  private let splitter: WordSplitter
  private let pieces: TokenTrie
  private let continuation: Int32?
  private let verbatim: AddedTokenMatcher
  private let normalized: AddedTokenMatcher

  /// A tokenizer with the given pieces, that removes case and accents or neither.
  public init(vocabulary: Vocabulary, lowercase: Bool) {
    self.init(vocabulary: vocabulary, normalization: TextNormalization(lowercase: lowercase))
  }

  /// A tokenizer with the given pieces.
  public init(vocabulary: Vocabulary, normalization: TextNormalization) {
    self.init(
      vocabulary: vocabulary, pieceCount: vocabulary.count, normalization: normalization,
      addedTokens: AddedTokens(specialOf: vocabulary))
  }

  /// A tokenizer with the given pieces and added tokens.
  ///
  /// - Parameters:
  ///   - vocabulary: the pieces, then the added tokens that are none.
  ///   - pieceCount: how many tokens are pieces.
  ///   - normalization: what is done to text before it is cut into words.
  ///   - longestWord: the longest word that is cut into pieces, in Unicode scalars.
  ///   - addedTokens: what text is cut at first.
  init(
    vocabulary: Vocabulary, pieceCount: Int, normalization: TextNormalization, longestWord: Int = longestWord,
    addedTokens: AddedTokens
  ) {
    self.vocabulary = vocabulary
    self.pieceCount = pieceCount
    self.normalization = normalization
    self.longestWord = longestWord
    self.addedTokens = addedTokens
    if pieceCount == vocabulary.count {
      pieces = vocabulary.trie
    } else {
      var trie = TokenTrie()
      for (id, token) in vocabulary.tokens.prefix(pieceCount).enumerated() { trie.insert(token.utf8, id: Int32(id)) }
      pieces = trie
    }
    continuation = pieces.node(after: "##".utf8)
    let inNormalized = addedTokens.entries.filter(\.token.isNormalized)
    let asWritten = addedTokens.entries.filter { !$0.token.isNormalized }
    verbatim = AddedTokenMatcher(
      asWritten, patterns: asWritten.map { Array($0.token.content.utf8) }, splitsSpecial: addedTokens.splitsSpecial)
    normalized = AddedTokenMatcher(
      inNormalized, patterns: inNormalized.map { normalization.normalized($0.token.content) },
      splitsSpecial: addedTokens.splitsSpecial)
    // What has been normalized to be searched is not normalized again.
    splitter = WordSplitter(normalization: normalized.isEmpty ? normalization : .none)
  }

  /// The same tokens after another normalization.
  public func with(_ normalization: TextNormalization) -> WordPieceTokenizer {
    WordPieceTokenizer(
      vocabulary: vocabulary, pieceCount: pieceCount, normalization: normalization, longestWord: longestWord,
      addedTokens: addedTokens)
  }

  /// Whether another tokenizer gives every text the same ids.
  public func hasSameTokens(as other: any Tokenizer) -> Bool {
    guard let other = other as? WordPieceTokenizer else { return false }
    return other.vocabulary == vocabulary && other.pieceCount == pieceCount && other.normalization == normalization
      && other.longestWord == longestWord && other.addedTokens == addedTokens
  }

  /// Whether text may be cut between white space and a letter without a token being missed.
  public var allowsCutsAtSpaces: Bool { !addedTokens.haveSpaces }

  /// Appends the ids of the pieces of a text.
  public func encode(_ text: UnsafeBufferPointer<UInt8>, into ids: inout [Int32]) {
    verbatim.forEachPart(of: text) { part in
      if normalized.isEmpty {
        encodeWords(of: part, into: &ids)
      } else {
        normalization.normalized(part).withUnsafeBufferPointer { part in
          normalized.forEachPart(of: part) {
            encodeWords(of: $0, into: &ids)
          } found: {
            ids.append($0)
          }
        }
      }
    } found: {
      ids.append($0)
    }
  }

  /// Appends the ids of the pieces of a text without added tokens.
  private func encodeWords(of text: UnsafeBufferPointer<UInt8>, into ids: inout [Int32]) {
    splitter.forEachWord(in: text) { word, scalarCount in
      if scalarCount > longestWord || !append(word, to: &ids) { ids.append(vocabulary.unknown) }
    }
  }

  /// Appends the pieces of a word; if they do not cover it, appends nothing and returns `false`.
  @inline(__always)
  private func append(_ word: UnsafeBufferPointer<UInt8>, to ids: inout [Int32]) -> Bool {
    let before = ids.count
    var node: Int32? = TokenTrie.root
    var i = 0
    while i < word.count {
      guard let start = node, let match = pieces.longestMatch(in: word, from: i, at: start) else {
        ids.removeSubrange(before...)
        return false
      }
      ids.append(match.id)
      i = match.end
      node = continuation
    }
    return true
  }
}
