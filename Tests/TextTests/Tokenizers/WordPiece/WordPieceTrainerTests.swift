import Platform
import Testing

@testable import Text

@Suite struct WordPieceTrainerTests {
  static func learned(_ documents: [String], size: Int) throws -> [String] {
    let vocabulary = try WordPieceTrainer.train(documents: Documents(documents), vocabularySize: size)
    return Array(vocabulary.tokens.dropFirst(5))
  }

  @Test func aTinyTextByHand() throws {
    // Words: hug 10, pug 5, pun 12, bun 4, hugs 5. Pairs: u g 20, h u 15, u n 16, p u 17, b u 4, g s 5.
    let text = [("hug", 10), ("pug", 5), ("pun", 12), ("bun", 4), ("hugs", 5)]
      .map { Array(repeating: $0.0, count: $0.1).joined(separator: " ") }.joined(separator: "\n")
    let alphabet = ["b", "g", "h", "n", "p", "s", "u", "##g", "##n", "##s", "##u"]
    // ug 20; then un 16, h+ug 15, p+un 12, then p+ug, hug+s (5 each; "p" has the smaller id), b+un.
    let merges = ["##ug", "##un", "hug", "pun", "pug", "hugs", "bun"]
    #expect(try Self.learned([text], size: 1000) == alphabet + merges)
    #expect(try Self.learned([text], size: 5 + 11 + 3) == alphabet + merges.prefix(3))
  }

  @Test func equalCountsGoByIds() throws {
    // Every pair occurs twice: "a ##b" has the smallest ids.
    #expect(try Self.learned(["cd ab cd ab"], size: 100).suffix(2) == ["ab", "cd"])
  }

  /// After a ##aa ##aa both pairs occur twice, and the left id of the first is smaller.
  @Test func pairsOfEqualPiecesMergeFromTheLeft() throws {
    #expect(try Self.learned(["aaaaa aaaaa"], size: 100) == ["a", "##a", "##aa", "aaa", "aaaaa"])
  }

  @Test func whatOccursOnceIsNotMerged() throws {
    #expect(try Self.learned(["abc"], size: 100) == ["a", "b", "c", "##b", "##c"])
  }

  @Test func theSizeIsAnUpperBound() throws {
    let text = "the quick brown fox jumps over the lazy dog the end"
    for size in [6, 8, 20, 40, 60, 1000] {
      #expect(try WordPieceTrainer.train(documents: Documents([text]), vocabularySize: size).count <= size)
    }
    #expect(throws: InputError.self) { try WordPieceTrainer.train(documents: Documents([text]), vocabularySize: 5) }
    // The rarest characters go first, of equally rare ones those with the greater code point.
    #expect(try Self.learned(["a a a b b c c d"], size: 8) == ["a", "b", "c"])
  }

  @Test func incrementalCountsAgreeWithCountingAnew() throws {
    let text = Self.randomText(seed: 1)
    #expect(try Self.learned([text], size: 200) == Self.naive(text, size: 200))
  }

  @Test func orderOfDocumentsDoesNotMatter() throws {
    let documents = (0..<20).map { Self.randomText(seed: $0) }
    let forwards = try Self.learned(documents, size: 300)
    #expect(try Self.learned(documents.reversed(), size: 300) == forwards)
  }

  @Test func everyTrainingWordCanBeWritten() throws {
    let text = Self.randomText(seed: 7)
    let vocabulary = try WordPieceTrainer.train(documents: Documents([text]), vocabularySize: 60)
    let ids = WordPieceTokenizer(vocabulary: vocabulary, lowercase: true).encode(text)
    #expect(!ids.contains(vocabulary.unknown))
    let written = ids.map { vocabulary.tokens[Int($0)] }.joined(separator: " ").replacing(" ##", with: "")
    #expect(written == text)
  }

  /// Words of a small alphabet, so that pairs and pieces often coincide.
  static func randomText(seed: UInt64) -> String {
    var generator = RandomSource(seed: seed, purpose: "text").generator()
    let words = (0..<300).map { _ in
      String((0..<Int.random(in: 1...9, using: &generator)).map { _ in "abcd".randomElement(using: &generator)! })
    }
    return words.joined(separator: " ")
  }

  /// Training as it is defined, all pairs counted anew for each merge.
  static func naive(_ text: String, size: Int) -> [String] {
    var words = text.split(separator: " ").map { word in
      word.enumerated().map { $0.offset == 0 ? String($0.element) : "##\($0.element)" }
    }
    var pieces = Set(text.filter { $0 != " " }.map { String($0) }).sorted()
    pieces += Set(words.flatMap { $0.dropFirst() }).sorted()
    while pieces.count < size - 5 {
      var counts: [[String]: Int] = [:]
      for word in words {
        for (left, right) in zip(word, word.dropFirst()) { counts[[left, right], default: 0] += 1 }
      }
      func rank(_ pair: [String]) -> (Int, Int, Int) {
        (-counts[pair]!, pieces.firstIndex(of: pair[0])!, pieces.firstIndex(of: pair[1])!)
      }
      guard let best = counts.keys.min(by: { rank($0) < rank($1) }), counts[best]! > 1 else { break }
      let merged = best[0] + best[1].dropFirst(2)
      if !pieces.contains(merged) { pieces.append(merged) }
      words = words.map { word in
        var result: [String] = []
        var i = 0
        while i < word.count {
          let isPair = i + 1 < word.count && word[i] == best[0] && word[i + 1] == best[1]
          result.append(isPair ? merged : word[i])
          i += isPair ? 2 : 1
        }
        return result
      }
    }
    return pieces
  }
}
