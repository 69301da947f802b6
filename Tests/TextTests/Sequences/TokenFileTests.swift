import Foundation
import Platform
import Testing

@testable import Text

@Suite struct TokenFileTests {
  static let key = String(repeating: "k", count: 64)

  /// Two parts and their tokenizer: some documents without a token, one with special tokens.
  static func parts() throws -> (training: Documents, validation: Documents, tokenizer: any Tokenizer) {
    let training = Documents(["the cat sat", "\u{0}", "on the [MASK] mat, é", "the end"])
    let tokenizer = try TokenizerSpecification(vocabularySize: 60).makeTokenizer(training: training)
    return (training, Documents(["a mat", "zzz"]), tokenizer)
  }

  static func file() throws -> Data {
    let parts = try parts()
    var data = Data()
    try TokenFile.make(
      training: parts.training, validation: parts.validation, tokenizer: parts.tokenizer, key: key,
      append: { data.append(contentsOf: $0) })
    return data
  }

  /// The documents of a tokenized text.
  private func documents(_ text: TokenizedText) -> [[Int32]] {
    var start = 0
    return text.ends.map { end in
      defer { start = Int(end) }
      return Array(text.tokens[start..<Int(end)])
    }
  }

  @Test func whatIsMadeReadsBack() throws {
    let parts = try Self.parts()
    let file = try TokenFile(try Self.file(), key: Self.key)
    #expect(file.vocabulary == parts.tokenizer.vocabulary)
    #expect(documents(file.training) == parts.training.map { parts.tokenizer.encode($0) }.filter { !$0.isEmpty })
    #expect(documents(file.validation) == parts.validation.map { parts.tokenizer.encode($0) })
    #expect(documents(file.training).count == 3)
  }

  @Test func everyChangedByteIsSeen() throws {
    let data = try Self.file()
    for index in data.indices {
      var changed = data
      changed[index] ^= 1
      #expect(throws: TokenFile.Damage.self) { try TokenFile(changed, key: Self.key) }
    }
    for count in 0..<data.count {
      #expect(throws: TokenFile.Damage.self) { try TokenFile(data.prefix(count), key: Self.key) }
    }
    #expect(throws: TokenFile.Damage.self) { try TokenFile(data, key: String(repeating: "j", count: 64)) }
  }

  /// A file with a changed 64-bit number and the checksum that belongs to it: only what is checked besides refuses it.
  @Test(arguments: [(0, Int64.max), (0, -1), (1, 1), (3, 0), (4, 3), (2, 1 << 61)])
  func wrongCountsAreSeenDespiteTheChecksum(count: Int, value: Int64) throws {
    var data = try Self.file()
    let offset = data.count - 112 + 8 * count
    withUnsafeBytes(of: value) { data.replaceSubrange(offset..<offset + 8, with: $0) }
    #expect(throws: TokenFile.Damage.self) { try TokenFile(Self.sealed(data), key: Self.key) }
  }

  @Test func aTokenBeyondTheVocabularyIsSeen() throws {
    var data = try Self.file()
    for value in [Int32(60_000), -1] {
      withUnsafeBytes(of: value) { data.replaceSubrange(16..<20, with: $0) }
      #expect(throws: TokenFile.Damage.self) { try TokenFile(Self.sealed(data), key: Self.key) }
    }
  }

  /// The data with its right checksum.
  static func sealed(_ data: Data) -> Data {
    let body = data.dropLast(8)
    return body + withUnsafeBytes(of: body.withUnsafeBytes(Checksum.of)) { Data($0) }
  }

  /// Documents are compared as a model sees them, wherever they lie.
  @Test func documentsThatAreEqualCountOnce() throws {
    let texts = ["the cat sat", "The  CAT sat", "the cat", "sat the cat", "", "the cat sat", "a"]
    let tokenizer = try TokenizerSpecification(vocabularySize: 60).makeTokenizer(training: Documents(texts))
    let text = TokenizedText(texts.map { tokenizer.encode($0) })
    #expect(text.documentCount == 6 && text.distinctDocumentCount == 4)
    #expect(TokenizedText([]).distinctDocumentCount == 0)
    // Many, over several chunks of the pool.
    let many = TokenizedText((0..<3000).map { [Int32($0 % 40), 7, Int32($0 % 5)] })
    #expect(many.documentCount == 3000 && many.distinctDocumentCount == 40)
  }
}
