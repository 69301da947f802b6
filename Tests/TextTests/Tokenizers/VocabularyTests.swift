import Foundation
import Platform
import Testing

@testable import Text

@Suite struct VocabularyTests {
  @Test func idsAreThePlacesOfTokens() throws {
    let vocabulary = try Vocabulary(tokens: Vocabulary.specialTokens + ["a", "##b"])
    #expect((0..<7).allSatisfy { vocabulary.id(of: vocabulary.tokens[$0]) == Int32($0) })
    #expect(vocabulary.id(of: "b") == nil)
    #expect([vocabulary.padding, vocabulary.unknown, vocabulary.classification] == [0, 1, 2])
    #expect([vocabulary.separator, vocabulary.mask] == [3, 4])
    #expect((0..<7).map(vocabulary.isSpecial) == [true, true, true, true, true, false, false])
  }

  @Test func publishedVocabulariesHaveSpecialTokensAnywhere() throws {
    let vocabulary = try Vocabulary(tokens: ["a", "[MASK]", "[SEP]", "[CLS]", "[UNK]", "[unused0]", "[PAD]"])
    #expect(vocabulary.padding == 6)
    #expect(vocabulary.mask == 1)
    #expect(!vocabulary.isSpecial(0))
  }

  @Test func tokensAreComparedByBytes() throws {
    let vocabulary = try Vocabulary(tokens: Vocabulary.specialTokens + ["\u{E9}", "e\u{301}"])
    #expect(vocabulary.id(of: "\u{E9}") == 5)
    #expect(vocabulary.id(of: "e\u{301}") == 6)
  }

  @Test func filesComeBack() throws {
    let vocabulary = try Vocabulary(tokens: Vocabulary.specialTokens + ["", "ß", "##\u{1F600}"])
    let loaded = try CorpusTests.withFile([]) { path in
      try vocabulary.write(to: path)
      #expect(try Files.readText(path, as: "vocabulary").hasPrefix("[PAD]\n[UNK]\n"))
      return try Vocabulary.load(path: path)
    }
    #expect(loaded.tokens == vocabulary.tokens)
    #expect(loaded == vocabulary)
    let windows = Array((Vocabulary.specialTokens + ["x"]).joined(separator: "\r\n").utf8)
    #expect(try CorpusTests.withFile(windows) { try Vocabulary.load(path: $0).tokens.last } == "x")
  }

  @Test func emptyLinesAreTokensOfTheirOwn() throws {
    let text = "[PAD]\n\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n\na\n"
    let vocabulary = try CorpusTests.withFile(Array(text.utf8)) { try Vocabulary.load(path: $0) }
    #expect(vocabulary.count == 8 && vocabulary.id(of: "a") == 7)
    #expect(WordPieceTokenizer(vocabulary: vocabulary, lowercase: true).encode("a b") == [7, 2])
  }

  @Test func ofEqualTokensTheLastCounts() throws {
    let text = (Vocabulary.specialTokens + ["a", "b", "a", "b ", "a"]).joined(separator: "\n")
    var notes: [String] = []
    let vocabulary = try CorpusTests.withFile(Array(text.utf8)) { path in
      try Vocabulary.load(path: path) { notes.append(String($0.dropFirst(path.utf8.count))) }
    }
    #expect([vocabulary.id(of: "a"), vocabulary.id(of: "b")] == [9, 8])
    #expect(
      notes == [
        ":8: the token \"a\" is on line 6 too, and 2 other lines like it; the last line of a token gives its id, "
          + "as in transformers"
      ])
  }

  @Test func blanksAtTheEndOfALineAreNoPartOfTheToken() throws {
    let text = (Vocabulary.specialTokens + ["cat \u{A0}\u{3000}\t\r", " dog", "\u{200B}"]).joined(separator: "\n")
    let vocabulary = try CorpusTests.withFile(Array(text.utf8)) { try Vocabulary.load(path: $0) }
    #expect(vocabulary.tokens.suffix(3) == ["cat", " dog", "\u{200B}"])
  }

  @Test(arguments: [
    ("", ": has no [PAD]"),
    ("[PAD]\n[UNK]\n[CLS]\n[SEP]\na", ": has no [MASK]"),
    (String(repeating: "x", count: 1_000_000), ":1: line of 1000000 bytes"),
  ])
  func faultsNameTheLine(text: String, message: String) throws {
    try CorpusTests.withFile(Array(text.utf8)) { path in
      let error = #expect(throws: InputError.self) { try Vocabulary.load(path: path) }
      #expect(error?.description.hasPrefix(path + message) == true, "\(error!)")
    }
  }
}
