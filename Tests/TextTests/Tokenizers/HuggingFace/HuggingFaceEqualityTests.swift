import Platform
import TestSupport
import Testing

@testable import Text

/// Ten thousand random strings of Unicode 8, and the ids that Hugging Face's BertTokenizerFast gives them;
/// `Tests/Fixtures/tokenizer/make.py` makes them.
struct HuggingFaceEqualityTests {
  private func lines(_ name: String) throws -> [Substring.UTF8View] {
    let text = try Files.readText(PackageFile.fixture("tokenizer/" + name), as: "fixture")
    return text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast().map {
      Substring($0).utf8
    }
  }

  @Test(arguments: [true, false]) func idsAreThoseOfHuggingFace(lowercase: Bool) throws {
    let vocabulary = try Vocabulary.load(path: PackageFile.fixture("tokenizer/vocab.txt"))
    let tokenizer = WordPieceTokenizer(vocabulary: vocabulary, lowercase: lowercase)
    let texts = try lines("lines.txt")
    let expected = try lines(lowercase ? "uncased.txt" : "cased.txt")
    let counts = [texts.count, expected.count]
    #expect(counts == [10_000, 10_000])
    // Line numbers alone: a failed expectation shows its values, and ten thousand texts are no help.
    let different = zip(texts, expected).enumerated().compactMap { line, pair in
      let ids = tokenizer.encode(String(Substring(pair.0))).map(String.init).joined(separator: " ")
      return ids == String(Substring(pair.1)) ? nil : line + 1
    }
    #expect(different == [])
  }
}
