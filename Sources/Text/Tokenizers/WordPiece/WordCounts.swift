/// How often each word occurs in some documents, in the order of first occurrence.
struct WordCounts {
  private var table = WordTable()

  /// How often the word of the same index occurs.
  private(set) var counts: [Int] = []

  /// The distinct words, as UTF-8.
  var words: some Sequence<[UInt8]> { (0..<table.count).lazy.map { Array(table[$0]) } }

  /// Counts the words that `splitter` finds, those too long to be cut into pieces left out.
  ///
  /// - Parameters:
  ///   - documents: the text.
  ///   - splitter: finds the words.
  ///   - progress: is told how many bytes more are done.
  init(documents: Documents, splitter: WordSplitter, progress: (Int) -> Void = { _ in }) {
    documents.forEachChunk({ pieces in
      var counts = WordCounts()
      for piece in pieces { counts.count(documents.bytes(piece.range), splitter) }
      return counts
    }) { part, byteCount in
      // In the order of the text, so that the order of first occurrence is that of the whole.
      for index in 0..<part.table.count {
        part.table[index].withUnsafeBufferPointer { add($0, part.counts[index]) }
      }
      progress(byteCount)
    }
  }

  private init() {}

  private mutating func count(_ text: UnsafeBufferPointer<UInt8>, _ splitter: WordSplitter) {
    splitter.forEachWord(in: text) { word, scalarCount in
      guard scalarCount <= WordPieceTokenizer.longestWord else { return }
      add(word, 1)
    }
  }

  @inline(__always)
  private mutating func add(_ word: UnsafeBufferPointer<UInt8>, _ count: Int) {
    let (index, isNew) = table.index(of: word)
    if isNew { counts.append(count) } else { counts[index] += count }
  }
}
