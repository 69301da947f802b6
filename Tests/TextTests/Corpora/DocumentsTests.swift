import Platform
import Testing

@testable import Text

@Suite struct DocumentsTests {
  /// Text beyond a piece, with all that could go across a cut: words, runs of space, special tokens, accents.
  private static func text(byteCount: Int) -> String {
    let source = RandomSource(seed: 4, purpose: "documents")
    let words = [
      "plain", "Words,", "[MASK]", "e\u{301}te\u{301}", "  \n ", "\u{0} x", "日本", "naïve\u{2003}", "(7)", "a1",
    ]
    var text = ""
    var index = 0
    while text.utf8.count < byteCount {
      text += words[source.integer(below: words.count, at: index)] + (index % 7 == 0 ? "\n" : " ")
      index += 1
    }
    return text
  }

  @Test func piecesCoverTheDocumentsInOrder() {
    let documents = Documents(["a", Self.text(byteCount: 3 << 20), "b c", ""])
    let pieces = documents.pieces()
    #expect(pieces.count >= 3 + 3)
    for (document, range) in documents.ranges.enumerated() {
      let own = pieces.filter { $0.document == document }.map(\.range)
      #expect(own.first?.lowerBound == range.lowerBound && own.last?.upperBound == range.upperBound)
      for (a, b) in zip(own, own.dropFirst()) { #expect(a.upperBound == b.lowerBound) }
      #expect(own.allSatisfy { $0.count <= Documents.pieceSize })
    }
  }

  @Test(arguments: TokenizerSpecification.Kind.allCases, [false, true])
  func piecesGiveTheTokensOfTheWhole(kind: TokenizerSpecification.Kind, lowercase: Bool) throws {
    let documents = Documents([Self.text(byteCount: 3 << 20)])
    let tokenizer = try TokenizerSpecification(kind: kind, vocabularySize: 80, lowercase: lowercase)
      .makeTokenizer(training: documents)
    var ids: [Int32] = []
    for piece in documents.pieces() { tokenizer.encode(documents.bytes(piece.range), into: &ids) }
    #expect(ids == tokenizer.encode(documents[0]))
  }

  @Test func aWordWithoutEndIsOnePiece() {
    let documents = Documents([String(repeating: "a", count: 3 << 20)])
    #expect(documents.pieces().count == 1)
  }

  @Test func chunksComeInOrderWhateverTheThreads() {
    let documents = Documents((0..<5000).map { String(repeating: "x", count: 700 + $0 % 100) })
    var seen: [Int] = []
    var bytes = 0
    documents.forEachChunk({ $0.map(\.document) }) {
      seen += $0; bytes += $1
    }
    #expect(seen == Array(0..<5000))
    #expect(bytes == documents.byteCount)
  }

  @Test func wordsAreCountedAsByOneThread() {
    let texts = (0..<400).map { i in (0..<900).map { "w\(($0 * 7 + i * i) % 2500)" }.joined(separator: " ") }
    let counts = WordCounts(
      documents: Documents(texts), splitter: WordSplitter(normalization: TextNormalization(lowercase: true)))
    var (order, expected): ([String], [String: Int]) = ([], [:])
    for word in texts.joined(separator: " ").split(separator: " ").map(String.init) {
      if expected[word] == nil { order.append(word) }
      expected[word, default: 0] += 1
    }
    let words = counts.words.map { String(decoding: $0, as: UTF8.self) }
    #expect(words == order)
    #expect(counts.counts == order.map { expected[$0]! })
  }

  @Test func identitiesOverlookCaseAndSpaceAlone() {
    let same = DocumentIdentity.all(of: Documents(["The  cat\n sat", "the cat SAT ", "THE\tCAT sat"]))
    #expect(Set(same).count == 1)
    let accented = DocumentIdentity.all(of: Documents(["Été à", "été  À"]))
    #expect(Set(accented).count == 1)
    let distinct = DocumentIdentity.all(of: Documents(["thecat sat", "the catsat", "the cat", "cat the", "", "été"]))
    #expect(Set(distinct).count == 6)
  }
}
