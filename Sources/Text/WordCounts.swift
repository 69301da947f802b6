/// How often each word occurs in some documents, in the order of first occurrence.
struct WordCounts {
  /// The distinct words, as UTF-8.
  private(set) var words: [[UInt8]] = []

  /// How often the word of the same index occurs.
  private(set) var counts: [Int] = []

  /// Counts the words that `splitter` finds, those too long to be cut into pieces left out.
  init(documents: [String], splitter: WordSplitter) {
    var indices: [[UInt8]: Int] = [:]
    for var document in documents {
      document.withUTF8 { text in
        splitter.forEachWord(in: text) { bytes, scalarCount in
          guard scalarCount <= WordPieceTokenizer.longestWord else { return }
          let word = Array(bytes)
          if let index = indices[word] {
            counts[index] += 1
          } else {
            indices[word] = words.count
            words.append(word)
            counts.append(1)
          }
        }
      }
    }
  }
}
