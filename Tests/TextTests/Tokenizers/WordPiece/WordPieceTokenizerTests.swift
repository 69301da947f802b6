import Testing

@testable import Text

@Suite struct WordPieceTokenizerTests {
  static let tokenizer = Result {
    let pieces = [
      "un", "##aff", "##able", "able", "run", "##ning", "##n", "!", "[", "]", "mask", "cafe", "中", "##文", "😀",
    ]
    return WordPieceTokenizer(
      vocabulary: try Vocabulary(tokens: Vocabulary.specialTokens + pieces + [String(repeating: "z", count: 100)]),
      lowercase: true)
  }

  static func pieces(_ text: String) throws -> [String] {
    let tokenizer = try Self.tokenizer.get()
    return tokenizer.encode(text).map { tokenizer.vocabulary.tokens[Int($0)] }
  }

  @Test(arguments: [
    ("", []),
    ("unaffable", ["un", "##aff", "##able"]),
    ("UNAFFABLE running!", ["un", "##aff", "##able", "run", "##ning", "!"]),
    ("runn able", ["run", "##n", "able"]),
    // The greedy match does not go back: no "##ningx", although "##n" would match.
    ("runningx", ["[UNK]"]),
    ("ableun", ["[UNK]"]),
    ("Café café 中文 😀", ["cafe", "cafe", "中", "[UNK]", "😀"]),
    ("[MASK]", ["[MASK]"]),
    ("un[MASK]able[SEP] [PAD]", ["un", "[MASK]", "able", "[SEP]", "[PAD]"]),
    ("[mask] [[MASK]] [MASK", ["[", "mask", "]", "[", "[MASK]", "]", "[", "mask"]),
    ("##able", ["[UNK]", "[UNK]", "able"]),
  ])
  func cutsWordsGreedily(text: String, expected: [String]) throws {
    #expect(try Self.pieces(text) == expected)
  }

  @Test func longWordsAreUnknown() throws {
    let longest = String(repeating: "z", count: 100)
    #expect(try Self.pieces(longest) == [longest])
    #expect(try Self.pieces(longest + "z") == ["[UNK]"])
    // Accents do not count: they are gone when the word is measured.
    #expect(try Self.pieces(String(repeating: "z\u{301}", count: 100)) == [longest])
  }

  @Test func aHugeLineIsNoTrouble() throws {
    let text = String(repeating: "x[", count: 200_000) + String(repeating: "un", count: 5_000_000)
    #expect(try Self.tokenizer.get().encode(text).count == 400_001)
  }

  @Test func withoutContinuationsOnlyWholeWordsMatch() throws {
    let vocabulary = try Vocabulary(tokens: Vocabulary.specialTokens + ["a"])
    #expect(WordPieceTokenizer(vocabulary: vocabulary, lowercase: false).encode("a aa A") == [5, 1, 1])
  }
}
