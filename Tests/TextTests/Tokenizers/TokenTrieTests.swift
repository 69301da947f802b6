import Testing

@testable import Text

@Suite struct TokenTrieTests {
  @Test func findsWhatWasInsertedAndTheLongestMatch() throws {
    var trie = TokenTrie()
    // Enough tokens for the table to grow several times.
    for i in 0..<5000 { #expect(trie.insert("t\(i * 7)".utf8, id: Int32(i)) == nil) }
    for i in 0..<5000 { #expect(trie.id(of: "t\(i * 7)".utf8) == Int32(i)) }
    #expect(trie.insert("t7".utf8, id: 9999) == 1)
    #expect(trie.id(of: "t1".utf8) == nil)
    #expect(trie.id(of: "u".utf8) == nil)
    // t14 is a token, and so is t147, but t1478 is not.
    let match = Array("xt1478".utf8).withUnsafeBufferPointer {
      trie.longestMatch(in: $0, from: 1, at: TokenTrie.root)
    }
    #expect(match?.id == 21)
    #expect(match?.end == 5)
  }
}
