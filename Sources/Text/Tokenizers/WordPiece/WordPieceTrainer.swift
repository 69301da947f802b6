import Platform

/// Learns a WordPiece vocabulary by merging the most frequent pair of pieces again and again.
///
/// Google never released the trainer of BERT's vocabulary; this is Hugging Face's way. Words start as single
/// characters, those after the first with `##` before them. The pair of neighbouring pieces that occurs most often in
/// the text becomes a piece, until the vocabulary is full or no pair occurs twice. Of pairs that occur equally often,
/// the one with the smaller id on the left goes first, then the one with the smaller id on the right.
public enum WordPieceTrainer {
  /// Learns the vocabulary of some documents.
  ///
  /// - Parameters:
  ///   - documents: the text to learn from.
  ///   - vocabularySize: the most tokens the vocabulary may have; it is smaller if the text gives no more. If not
  ///     even the characters fit, the rarest are left out.
  ///   - normalization: what is done to the text first, as the tokenizer will.
  ///   - progress: is told how many bytes more of the text were read.
  /// - Returns: the five special tokens, then the characters in the order of their code points, then their `##` forms
  ///   likewise, then the merged pieces in the order of merging.
  /// - Throws: `InputError` if there is no room for a token besides the special ones.
  public static func train(
    documents: Documents, vocabularySize: Int, normalization: TextNormalization = TextNormalization(),
    progress: (Int) -> Void = { _ in }
  ) throws -> Vocabulary {
    try requireRoom(vocabularySize)
    let words = WordCounts(
      documents: documents, splitter: WordSplitter(normalization: normalization), progress: progress)
    var merger = PairMerger(words: words, limit: vocabularySize)
    while merger.pieces.count < vocabularySize, merger.mergeMostFrequentPair() {}
    return try Vocabulary(tokens: merger.pieces)
  }

  /// Refuses a vocabulary size that leaves room for nothing but special tokens.
  static func requireRoom(_ vocabularySize: Int) throws {
    let least = Vocabulary.specialTokens.count + 1
    guard vocabularySize >= least else {
      throw InputError(at: "vocabularySize", "is \(vocabularySize)", expected: "a whole number from \(least) on")
    }
  }
}

/// The state of training: every distinct word as a list of pieces, and how often each pair of neighbours occurs.
///
/// A merge visits only the words that hold the pair and corrects the counts of the pairs around it.
private struct PairMerger {
  /// The vocabulary so far.
  private(set) var pieces = Vocabulary.specialTokens

  private var ids: [[UInt8]: Int32] = [:]
  private var words: [[Int32]] = []
  private var wordCounts: [Int] = []
  private var pairs: [Pair] = []
  /// The places of pairs in `pairs`.
  private var numbers: [Pair: Int] = [:]
  /// By the pair's number, how often it occurs.
  private var counts: [Int] = []
  /// By the pair's number, the words it was seen in, some of them more than once or no longer.
  private var places: [[Int32]] = []
  private var queue = Heap<Candidate>()

  /// Sets up the characters of `words`, at most as many as make `limit` pieces, and counts all pairs.
  init(words: WordCounts, limit: Int) {
    for token in pieces { ids[Array(token.utf8)] = Int32(ids.count) }
    for form in Self.alphabet(of: words, limit: limit - pieces.count) { _ = self.id(of: form) }
    for (bytes, count) in zip(words.words, words.counts) {
      // A word with a character that found no room is `[UNK]` as a whole.
      let forms = Self.characterForms(of: bytes).map { ids[$0] }
      guard forms.count > 1, forms.allSatisfy({ $0 != nil }) else { continue }
      self.words.append(forms.map { $0! })
      wordCounts.append(count)
    }
    for (index, word) in self.words.enumerated() {
      for i in 1..<word.count { change(Pair(word[i - 1], word[i]), by: wordCounts[index], in: index) }
    }
    for (pair, count) in zip(pairs, counts) { queue.insert(Candidate(count: count, pair: pair)) }
  }

  /// Merges the pair that occurs most often, everywhere.
  ///
  /// - Returns: `false` if no pair occurs twice.
  mutating func mergeMostFrequentPair() -> Bool {
    while let best = queue.popLargest() {
      let number = numbers[best.pair]!
      guard counts[number] == best.count else {
        // Counts that rose are in the queue already; one that fell goes back to its place.
        if counts[number] < best.count, counts[number] > 1 {
          queue.insert(Candidate(count: counts[number], pair: best.pair))
        }
        continue
      }
      guard best.count > 1 else { return false }
      merge(best.pair, number: number)
      return true
    }
    return false
  }

  private mutating func merge(_ pair: Pair, number: Int) {
    let merged = id(of: Array(pieces[Int(pair.left)].utf8) + pieces[Int(pair.right)].utf8.dropFirst(2))
    let visited = places[number]
    places[number] = []
    var risen: Set<Int> = []
    for index in visited {
      let word = words[Int(index)]
      let count = wordCounts[Int(index)]
      var i = 0
      var result: [Int32] = []
      while i < word.count {
        if i + 1 < word.count, word[i] == pair.left, word[i + 1] == pair.right {
          result.append(merged)
          i += 2
        } else {
          result.append(word[i])
          i += 1
        }
      }
      guard result.count < word.count else { continue }
      for i in 1..<word.count { change(Pair(word[i - 1], word[i]), by: -count, in: nil) }
      for i in result.indices.dropFirst() {
        let next = Pair(result[i - 1], result[i])
        let isNew = next.left == merged || next.right == merged
        change(next, by: count, in: isNew ? Int(index) : nil)
        if isNew { risen.insert(numbers[next]!) }
      }
      words[Int(index)] = result
    }
    for number in risen.sorted() { queue.insert(Candidate(count: counts[number], pair: pairs[number])) }
  }

  /// Changes how often a pair occurs; `index` is a word that newly holds it.
  private mutating func change(_ pair: Pair, by amount: Int, in index: Int?) {
    let number = numbers[pair, default: counts.count]
    if number == counts.count {
      numbers[pair] = number
      pairs.append(pair)
      counts.append(0)
      places.append([])
    }
    counts[number] += amount
    if let index, places[number].last != Int32(index) { places[number].append(Int32(index)) }
  }

  /// The id of a piece, which joins the vocabulary if it is new: two pairs can make the same piece.
  private mutating func id(of piece: [UInt8]) -> Int32 {
    if let id = ids[piece] { return id }
    ids[piece] = Int32(pieces.count)
    pieces.append(String(decoding: piece, as: UTF8.self))
    return Int32(pieces.count - 1)
  }

  /// The characters that words begin with or hold, then the `##` forms of those inside words.
  private static func alphabet(of words: WordCounts, limit: Int) -> [[UInt8]] {
    var counts: [[UInt8]: Int] = [:]
    for (word, count) in zip(words.words, words.counts) {
      for form in characterForms(of: word) {
        counts[form, default: 0] += count
        // A character seen inside words alone can begin a word elsewhere.
        if isContinuation(form) { counts[Array(form.dropFirst(2)), default: 0] += 0 }
      }
    }
    // UTF-8 sorts as code points do.
    let sorted = counts.sorted { a, b in
      a.value != b.value ? a.value > b.value : a.key.lexicographicallyPrecedes(b.key)
    }
    return sorted.prefix(limit).map(\.key).sorted { a, b in
      let (insideA, insideB) = (isContinuation(a), isContinuation(b))
      return insideA != insideB ? insideB : a.lexicographicallyPrecedes(b)
    }
  }

  /// Whether a single character's form is that inside a word; a word `##` cannot be, since `#` is punctuation.
  private static func isContinuation(_ form: [UInt8]) -> Bool {
    form.count > 2 && form.starts(with: "##".utf8)
  }

  /// The single characters of a word, those after the first with `##` before them.
  private static func characterForms(of word: [UInt8]) -> [[UInt8]] {
    var forms: [[UInt8]] = []
    for byte in word {
      if byte & 0xC0 == 0x80 {
        forms[forms.count - 1].append(byte)
      } else {
        forms.append(forms.isEmpty ? [byte] : Array("##".utf8) + [byte])
      }
    }
    return forms
  }
}

/// Two neighbouring pieces by their ids.
private struct Pair: Hashable {
  let left: Int32
  let right: Int32

  init(_ left: Int32, _ right: Int32) {
    (self.left, self.right) = (left, right)
  }
}

/// A pair with the count it had when it joined the queue.
private struct Candidate: Comparable {
  let count: Int
  let pair: Pair

  /// Orders by count; of equal ones, the pair with smaller ids is the larger candidate.
  static func < (a: Candidate, b: Candidate) -> Bool {
    (a.count, b.pair.left, b.pair.right) < (b.count, a.pair.left, a.pair.right)
  }
}
