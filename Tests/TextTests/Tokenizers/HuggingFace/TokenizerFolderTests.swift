import Foundation
import Platform
import TestSupport
import Testing

@testable import Text

struct TokenizerFolderTests {
  private let tokens = Vocabulary.specialTokens + ["été", "ete", "Ete", "中文", "中", "##文", "文"]

  private func load(_ files: [(String, String)]) throws -> any Tokenizer {
    let folder = try TemporaryFolder()
    for (name, text) in files { _ = try folder.file(name, Data(text.utf8)) }
    return try TokenizerFolder.load(folder.path)
  }

  private func pieces(_ tokenizer: any Tokenizer, _ text: String) -> [String] {
    tokenizer.encode(text).map { tokenizer.vocabulary.tokens[Int($0)] }
  }

  @Test(arguments: [
    ("{}", ["ete", "中", "文"]), (#"{"do_lower_case": true, "strip_accents": null}"#, ["ete", "中", "文"]),
    (#"{"do_lower_case": true, "strip_accents": false}"#, ["été", "中", "文"]),
    (#"{"do_lower_case": false, "strip_accents": true, "tokenize_chinese_chars": false}"#, ["Ete", "中文"]),
  ])
  func settingsDecide(config: String, expected: [String]) throws {
    let text = tokens.joined(separator: "\n")
    let tokenizer = try load([("vocab.txt", text), ("tokenizer_config.json", config)])
    #expect(pieces(tokenizer, "Été 中文") == expected)
    // What is written says the same.
    let folder = try TemporaryFolder()
    try TokenizerFolder.write(tokenizer, to: folder.path)
    #expect(pieces(try TokenizerFolder.load(folder.path), "Été 中文") == expected)
  }

  @Test func charactersComeBack() throws {
    let folder = try TemporaryFolder()
    let tokenizer = try CharacterTokenizer.train(documents: Documents(["a B c"]), vocabularySize: 20, lowercase: false)
    try TokenizerFolder.write(tokenizer, to: folder.path)
    #expect(try TokenizerFolder.load(folder.path).encode("c B[MASK]x") == tokenizer.encode("c B[MASK]x"))
  }

  /// The one file that `transformers` 5 leaves.
  @Test func wholeTokenizersAreRead() throws {
    let fixture = PackageFile.fixture("huggingface/bert")
    let tokenizer = try TokenizerFolder.load(fixture)
    let list = try Vocabulary.load(path: PackageFile.fixture("huggingface/roformer/vocab.txt"))
    #expect(tokenizer.vocabulary == list)
    #expect(pieces(tokenizer, "Pàris sats!") == ["paris", "sat", "##s", "!"])
    // Without the settings beside it, those within hold.
    let text = try Files.readText(fixture + "/tokenizer.json", as: "tokenizer")
    let cased = text.replacingOccurrences(of: "\"lowercase\": true", with: "\"lowercase\": false")
    #expect(pieces(try load([("tokenizer.json", cased)]), "Paris sat") == ["[UNK]", "sat"])
  }

  @Test(arguments: [
    ("\"[PAD]\": 0", "\"[PAD]\": 1", "share the id 1"), ("\"[PAD]\": 0", "\"[PAD]\": 0.5", "is no id"),
    ("\"[PAD]\": 0", "\"[PAD]\": -1", "is no id"), ("\"[PAD]\": 0", "\"[PAD]\": 3000000000", "is no id"),
    ("\"[PAD]\": 0", "\"[PAD]\": 2000000000", "has no token with id 0; expected ids 0 to 71"),
    ("\"[PAD]\": 0", "\"[UNK]\": 0", "key \"[UNK]\" is given twice"),
    ("\"[PAD]\": 0", "\"[PUD]\": 0", "has no [PAD]"),
    ("\"WordPiece\"", "\"BPE\"", "the model's type is \"BPE\"; expected \"WordPiece\""),
    ("_word\": 100", "_word\": 200", "the model's max_input_chars_per_word is 200; expected 100"),
    ("\"##\"", "\"@@\"", "the model's continuing_subword_prefix is \"@@\"; expected \"##\""),
    ("BertNormalizer", "NFC", "normalizer has type \"NFC\"; expected \"BertNormalizer\""),
    ("BertPreTokenizer", "Whitespace", "pre_tokenizer has type \"Whitespace\"; expected \"BertPreTokenizer\""),
    ("\"content\": \"[MASK]\"", "\"content\": \"<x>\"", "adds the token \"<x>\"; expected none but [PAD]"),
    ("\"model\":", "\"motel\":", "has no model; expected a WordPiece"), ("\"vocab\": {", "\"vocab\": [", "not JSON"),
  ])
  func otherTokenizersAreRefused(old: String, new: String, message: String) throws {
    let text = try Files.readText(PackageFile.fixture("huggingface/bert/tokenizer.json"), as: "tokenizer")
    #expect(text.contains(old))
    let broken = text.replacingOccurrences(of: old, with: new)
    let found = performing { _ = try load([("tokenizer.json", broken)]) }
    #expect(found.contains(message) && !found.contains("\n"), "\(found)")
  }

  @Test func foldersWithoutTokensAreRefused() throws {
    #expect(performing { _ = try load([]) }.contains("has no vocabulary; expected vocab.txt or tokenizer.json"))
    let list = ("vocab.txt", tokens.joined(separator: "\n"))
    for (config, message) in [
      (#"{"tokenizer_class": "GPT2Tokenizer"}"#, "tokenizer_config.json:1: tokenizer_class is \"GPT2Tokenizer\""),
      (#"{"do_lower_case": 1}"#, "tokenizer_config.json:1: do_lower_case is 1; expected true, false or null"),
      ("[]x", "tokenizer_config.json:1: not JSON"),
    ] {
      let found = performing { _ = try load([list, ("tokenizer_config.json", config)]) }
      #expect(found.contains(message), "\(found)")
    }
  }
}
