import Foundation
import Platform
import Testing

@testable import Text

@Suite struct TokenizerSpecificationTests {
  static func decode(_ json: String) throws -> TokenizerSpecification {
    try JSONDecoder().decode(TokenizerSpecification.self, from: Data(json.utf8))
  }

  @Test func missingKeysHaveDefaults() throws {
    #expect(try Self.decode("{}") == TokenizerSpecification())
    let specification = TokenizerSpecification(
      kind: .character, vocabularySize: 99, lowercase: false, vocabulary: "v.txt")
    let json = try JSONEncoder().encode(specification)
    #expect(try JSONDecoder().decode(TokenizerSpecification.self, from: json) == specification)
    #expect(throws: DecodingError.self) { try Self.decode(#"{"kind": "bytes"}"#) }
  }

  @Test func makesTheTokenizerAskedFor() throws {
    let documents = ["some text, some words"]
    let pieces = try Self.decode(#"{"vocabularySize": 64}"#).makeTokenizer(training: Documents(documents))
    #expect(pieces is WordPieceTokenizer)
    #expect(pieces.vocabulary.id(of: "some") != nil)
    let characters = try Self.decode(#"{"kind": "character"}"#).makeTokenizer(training: Documents(documents))
    #expect(characters is CharacterTokenizer)
    #expect(throws: InputError.self) {
      try Self.decode(#"{"vocabularySize": -1}"#).makeTokenizer(training: Documents(documents))
    }
    #expect(throws: InputError.self) {
      try Self.decode(#"{"vocabulary": "/no/such"}"#).makeTokenizer(training: Documents(documents))
    }
  }

  /// The space is a character of its own in a vocabulary of characters.
  @Test func aVocabularyOfCharactersKeepsItsSpace() throws {
    let text = (Vocabulary.specialTokens + [" ", "x"]).joined(separator: "\n")
    let tokenizer = try CorpusTests.withFile(Array(text.utf8)) { path in
      try TokenizerSpecification(kind: .character, vocabulary: path).makeTokenizer(training: Documents([]))
    }
    #expect(tokenizer.encode("x x") == [6, 5, 6])
  }

  @Test func aVocabularyFileIsUsed() throws {
    let text = (Vocabulary.specialTokens + ["x"]).joined(separator: "\n")
    let tokenizer = try CorpusTests.withFile(Array(text.utf8)) { path in
      try TokenizerSpecification(vocabulary: path).makeTokenizer(training: Documents([]))
    }
    #expect(tokenizer.encode("x y") == [5, 1])
  }
}
