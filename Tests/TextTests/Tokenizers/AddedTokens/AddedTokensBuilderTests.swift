import Testing

@testable import Text

struct AddedTokensBuilderTests {
  private let pieces = Vocabulary.specialTokens + ["the", "cat", "the", "cat"]

  /// A builder over pieces of which two are there twice.
  private var builder: AddedTokensBuilder {
    var trie = TokenTrie()
    for (id, piece) in pieces.enumerated() { trie.insert(piece.utf8, id: Int32(id)) }
    return AddedTokensBuilder(pieces: trie, pieceCount: 7)
  }

  @Test func theLastFlagsCountButSpecialStays() {
    var builder = builder
    builder.add([AddedToken("<x>", isSpecial: true), AddedToken("<x>", isSingleWord: true)])
    builder.add([AddedToken("<x>", stripsLeft: true)])
    let expected = AddedToken("<x>", isSpecial: true, isNormalized: true, stripsLeft: true)
    #expect(builder.entries == [AddedTokens.Entry(token: expected, id: 7)])
  }

  @Test func newTokensAreCountedFromThePieces() {
    var builder = builder
    builder.add([AddedToken("the"), AddedToken("<x>"), AddedToken("")])
    #expect(builder.collision?.first == "the" && builder.collision?.second == "<x>" && builder.collision?.id == 7)
    var other = self.builder
    other.add([AddedToken("cat"), AddedToken("<x>"), AddedToken("[PAD]")])
    #expect(other.collision == nil)
    #expect(other.entries.map(\.id) == [0, 7, 8] && other.id(of: "<x>") == 7)
    other.add([AddedToken("<y>")])
    #expect(other.id(of: "<y>") == 9 && other.beyondPieces == [7: "<x>", 9: "<y>"])
  }

  @Test func normalizedIsTheContraryOfSpecialUntilItIsSet() {
    var token = AddedToken("x")
    #expect(token.isNormalized)
    token.isSpecial = true
    #expect(!token.isNormalized && token == AddedToken("x", isSpecial: true, isNormalized: false))
    token.isNormalized = true
    token.isSpecial = false
    #expect(token.isNormalized && token != AddedToken("x", isNormalized: false))
  }
}
