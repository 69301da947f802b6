import Foundation
import TestSupport
import Testing

@testable import Text

/// Folders of tokenizers and the ids that `transformers` 5 gives texts with them;
/// `Tests/Fixtures/tokenizer/folders.py` makes them.
struct TokenizerFixtureTests {
  /// A folder with what it gives.
  private struct Case: Decodable {
    let name: String
    /// The files of the folder.
    let files: [String: String]
    let texts: [String]
    let ids: [[Int32]]
    /// The ids of the tokens with a role, as far as the folder names them.
    let roles: [String: Int32]
  }

  private func cases() throws -> [Case] {
    let path = PackageFile.fixture("tokenizer/folders.json")
    return try JSONDecoder().decode([Case].self, from: Data(contentsOf: URL(fileURLWithPath: path)))
  }

  /// The folder of a case, or its one file where there is nothing else.
  private func write(_ files: [String: String], to folder: TemporaryFolder) throws -> String {
    for (name, text) in files { _ = try folder.file(name, Data(text.utf8)) }
    return files.count == 1 ? folder.path + "/" + files.keys.first! : folder.path
  }

  private func different(_ tokenizer: any Tokenizer, _ fixture: Case) -> [String] {
    zip(fixture.texts, fixture.ids).compactMap { text, expected in
      let ids = tokenizer.encode(text)
      return ids == expected ? nil : "\(fixture.name): \(text.debugDescription) is \(ids), not \(expected)"
    }
  }

  @Test func idsAreThoseOfTransformers() throws {
    let cases = try cases()
    #expect(cases.count > 200)
    for fixture in cases {
      let folder = try TemporaryFolder()
      let tokenizer = try TokenizerFolder.load(vocabulary: try write(fixture.files, to: folder))
      #expect(different(tokenizer, fixture) == [])
      let vocabulary = tokenizer.vocabulary
      let roles = [
        "pad": vocabulary.padding, "unk": vocabulary.unknown, "cls": vocabulary.classification,
        "sep": vocabulary.separator, "mask": vocabulary.mask,
      ]
      #expect(roles.filter { fixture.roles[$0.key] != nil } == fixture.roles, "\(fixture.name)")
    }
  }

  /// What is written gives the same ids, and is the same tokenizer.
  @Test func whatIsWrittenComesBack() throws {
    for fixture in try cases() {
      let (source, target) = (try TemporaryFolder(), try TemporaryFolder())
      let tokenizer = try TokenizerFolder.load(vocabulary: try write(fixture.files, to: source))
      try TokenizerFolder.write(tokenizer, to: target.path)
      var notes: [String] = []
      let again = try TokenizerFolder.load(target.path) { notes.append($0) }
      #expect(different(again, fixture) == [])
      #expect(again.hasSameTokens(as: tokenizer), "\(fixture.name)")
      // What an experiment is told to name gives them too.
      let vocabulary = TokenizerFolder.writtenVocabulary(of: tokenizer, in: target.path)
      let normalization = (tokenizer as? WordPieceTokenizer)!.normalization
      let specification = TokenizerSpecification(
        lowercase: normalization.lowercase, stripAccents: normalization.stripsAccents,
        separateIdeographs: normalization.separatesIdeographs, vocabulary: vocabulary)
      let named = try #require(try specification.givenTokenizer { _ in })
      #expect(named.hasSameTokens(as: tokenizer), "\(fixture.name)")
    }
  }
}
