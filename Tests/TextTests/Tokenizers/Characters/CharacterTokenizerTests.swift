import Platform
import Testing

@testable import Text

@Suite struct CharacterTokenizerTests {
  @Test func charactersAreTokens() throws {
    let tokenizer = try CharacterTokenizer.train(documents: Documents(["Abba é\n\n c\u{0}"]), vocabularySize: 100)
    #expect(tokenizer.vocabulary.tokens.dropFirst(5) == [" ", "a", "b", "c", "é"])
    #expect(tokenizer.encode("bÉ \t c\u{0}[MASK]x") == [7, 9, 5, 8, 4, 1])
  }

  @Test func caseCanStay() throws {
    let tokenizer = try CharacterTokenizer.train(documents: Documents(["aA"]), vocabularySize: 100, lowercase: false)
    #expect(tokenizer.encode("Aa") == [5, 6])
  }

  @Test func theRarestCharactersFindNoRoom() throws {
    let tokenizer = try CharacterTokenizer.train(documents: Documents(["cccbbaad"]), vocabularySize: 7)
    #expect(tokenizer.vocabulary.tokens.dropFirst(5) == ["a", "c"])
    #expect(throws: InputError.self) { try CharacterTokenizer.train(documents: Documents(["a"]), vocabularySize: 5) }
  }
}
