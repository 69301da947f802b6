/// BERT's tokenizer: words, each cut greedily into the longest pieces of the vocabulary.
///
/// A piece that continues a word is written with `##` before it. A word of which some part matches no piece, or of
/// more than 100 characters, becomes one `[UNK]` (Google's code allows 200; Hugging Face's, followed here, 100).
public struct WordPieceTokenizer: Tokenizer {
  /// The longest word that is cut into pieces, in Unicode scalars.
  static let longestWord = 100

  /// The pieces.
  public let vocabulary: Vocabulary

  /// What is done to text before it is cut into words.
  public let normalization: TextNormalization

  private let splitter: WordSplitter
  private let continuation: Int32?

  /// A tokenizer with the given pieces, that removes case and accents or neither.
  public init(vocabulary: Vocabulary, lowercase: Bool) {
    self.init(vocabulary: vocabulary, normalization: TextNormalization(lowercase: lowercase))
  }

  /// A tokenizer with the given pieces.
  public init(vocabulary: Vocabulary, normalization: TextNormalization) {
    self.vocabulary = vocabulary
    self.normalization = normalization
    splitter = WordSplitter(normalization: normalization)
    continuation = vocabulary.trie.node(after: "##".utf8)
  }

  /// Whether another tokenizer has the same pieces and settings.
  public func hasSameTokens(as other: any Tokenizer) -> Bool {
    guard let other = other as? WordPieceTokenizer else { return false }
    return other.vocabulary == vocabulary && other.normalization == normalization
  }

  /// Appends the ids of the pieces of a text.
  public func encode(_ text: UnsafeBufferPointer<UInt8>, into ids: inout [Int32]) {
    encode(text, into: &ids) { part, ids in
      splitter.forEachWord(in: part) { word, scalarCount in
        if scalarCount > Self.longestWord || !append(word, to: &ids) { ids.append(vocabulary.unknown) }
      }
    }
  }

  /// Appends the pieces of a word; if they do not cover it, appends nothing and returns `false`.
  @inline(__always)
  private func append(_ word: UnsafeBufferPointer<UInt8>, to ids: inout [Int32]) -> Bool {
    let before = ids.count
    var node: Int32? = TokenTrie.root
    var i = 0
    while i < word.count {
      guard let start = node, let match = vocabulary.trie.longestMatch(in: word, from: i, at: start) else {
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
