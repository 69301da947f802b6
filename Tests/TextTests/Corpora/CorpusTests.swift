import Foundation
import Platform
import TestSupport
import Testing

@testable import Text

@Suite struct CorpusTests {
  /// Writes bytes to a file that is gone after `body`.
  static func withFile<Result>(_ bytes: [UInt8], _ body: (String) throws -> Result) throws -> Result {
    try withExtendedLifetime(TemporaryFolder()) { try body($0.file("corpus.txt", Data(bytes))) }
  }

  @Test func blankLinesSeparateDocuments() throws {
    let text = "\n \t\nfirst line\n second line \n\n\u{A0}\u{2003}\n\nsecond\r\n\r\nthird é\nend"
    #expect(
      Array(try Corpus(text: text).documents) == ["first line\n second line ", "second\r", "third é\nend"])
  }

  @Test func hashIsThatOfTheFile() throws {
    let bytes = Array("\u{FEFF}one\n\ntwo\n".utf8)
    let corpus = try Self.withFile(bytes) { try Corpus.load(path: $0) }
    #expect(Array(corpus.documents) == ["one", "two"])
    #expect(corpus.hash == Digest.hexadecimal(of: bytes))
  }

  @Test(arguments: [
    (Array("".utf8), ": is empty"), (Array(" \n\t\n\u{2003}\n".utf8), ": holds nothing but white space"),
    (Array("one\ntwo \u{E9}".unicodeScalars.map { UInt8($0.value) }), ":2: is not UTF-8 text"),
  ])
  func hostileFilesAreRefused(bytes: [UInt8], message: String) throws {
    try Self.withFile(bytes) { path in
      let error = #expect(throws: InputError.self) { try Corpus.load(path: path) }
      #expect(error?.description.hasPrefix(path + message) == true, "\(error!)")
    }
  }

  @Test func missingFilesAndFoldersAreRefused() {
    #expect(throws: InputError.self) { try Corpus.load(path: "/no/such/file") }
    #expect(throws: InputError.self) { try Corpus.load(path: NSTemporaryDirectory()) }
  }

  @Test func oneHugeLineIsOneDocument() throws {
    let text = String(repeating: "a", count: 10_000_000)
    let corpus = try Corpus(text: text)
    #expect(corpus.documents.count == 1)
    #expect(throws: InputError.self) { try corpus.splitTexts(validationFraction: 0.1, contiguous: false, seed: 0) }
    #expect(throws: InputError.self) { try corpus.splitTexts(validationFraction: 0.1, contiguous: true, seed: 0) }
  }
}
