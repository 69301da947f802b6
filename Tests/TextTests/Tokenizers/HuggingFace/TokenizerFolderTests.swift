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
    // Without files that name a class, the settings within hold.
    let text = try Files.readText(fixture + "/tokenizer.json", as: "tokenizer")
    let cased = text.replacingOccurrences(of: "\"lowercase\": true", with: "\"lowercase\": false")
    #expect(pieces(try load([("tokenizer.json", cased)]), "Paris sat") == ["[UNK]", "sat"])
  }

  @Test(arguments: [
    ("\"[PAD]\": 0", "\"[PAD]\": 1", "share the id 1"), ("\"[PAD]\": 0", "\"[PAD]\": 0.5", "is no id"),
    ("\"[PAD]\": 0", "\"[PAD]\": -1", "is no id"), ("\"[PAD]\": 0", "\"[PAD]\": 3000000000", "is no id"),
    ("\"[PAD]\": 0", "\"[PAD]\": 2000000000", "has no token with id 0; expected ids 0 to 71"),
    ("\"[PAD]\": 0", "\"[UNK]\": 0", "key \"[UNK]\" is given twice"),
    ("\"WordPiece\"", "\"BPE\"", "the model's type is \"BPE\"; expected \"WordPiece\""),
    ("_word\": 100", "_word\": -1", "the model's max_input_chars_per_word is -1; expected a whole number from 0"),
    ("\"unk_token\": \"[UNK]\"", "\"unk_token\": \"[NIX]\"", "has no [NIX]; expected a token for what words"),
    ("\"##\"", "\"@@\"", "the model's continuing_subword_prefix is \"@@\"; expected \"##\""),
    ("BertNormalizer", "NFC", "normalizer has type \"NFC\"; expected \"BertNormalizer\""),
    ("BertPreTokenizer", "Whitespace", "pre_tokenizer has type \"Whitespace\"; expected \"BertPreTokenizer\""),
    ("\"content\": \"[MASK]\"", "\"content\": 4", "4 is no token; expected a string"),
    ("\"content\": \"[MASK]\"", "\"kontent\": \"[MASK]\"", "a token has the unknown key \"kontent\""),
    ("\"lstrip\": false", "\"lstrip\": 1", "lstrip is 1; expected true or false"),
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
      (#"{"tokenizer_class": "PreTrainedTokenizerFast"}"#, "expected a tokenizer.json beside it"),
      (#"{"auto_map": {}}"#, "has auto_map; expected no tokenizer but that of the files beside"),
      (#"{"vocab": {"a": 0}}"#, "has vocab; expected"), (#"{"init_inputs": [1]}"#, "init_inputs is [1]"),
      (#"{"fast_tokenizer_files": ["tokenizer.4.json"]}"#, "expected tokenizer.json alone"),
      (#"{"tokenizer_class": "BertTokenizer", "unk_token": null}"#, "unk_token is null; expected a token"),
      (#"{"unk_token": "<unk>"}"#, "vocab.txt: has no <unk>; expected a token for what words cannot be cut into"),
      (#"{"mask_token": 3}"#, "mask_token is 3; expected a string, or an object with \"__type\""),
      (#"{"mask_token": {"content": "x"}}"#, "expected a string, or an object with \"__type\""),
      (#"{"extra_special_tokens": "x"}"#, "extra_special_tokens is \"x\"; expected a list of tokens"),
      (#"{"added_tokens_decoder": {"x": {"content": "y"}}}"#, "\"x\" is no id; expected a whole number from 0"),
      (#"{"added_tokens_decoder": {"5": "y"}}"#, "\"y\" is no token; expected an object with content"),
      (#"{"added_tokens_decoder": {"20": {"content": "\u0301"}}}"#, "is nothing after normalization"),
      (#"{"tokenizer_class": "RoFormerTokenizer"}"#, "RoFormerTokenizer segments Chinese words such as \"中文\""),
    ] {
      let found = performing { _ = try load([list, ("tokenizer_config.json", config)]) }
      #expect(found.contains(message) && !found.contains("\n"), "\(found)")
    }
    for (name, text, message) in [
      ("special_tokens_map.json", #"{"do_lower_case": false}"#, "has the key \"do_lower_case\"; expected names of"),
      ("special_tokens_map.json", "[]", "special_tokens_map.json:1: is []; expected an object"),
      ("added_tokens.json", #"{"x": "y"}"#, "the id of \"x\" is \"y\"; expected a whole number from 0"),
      ("added_tokens.json", #"{"x": -1}"#, "the id of \"x\" is -1"),
      ("config.json", #"{"model_type": "roformer"}"#, "RoFormerTokenizer segments Chinese words such as"),
    ] {
      let found = performing { _ = try load([list, (name, text)]) }
      #expect(found.contains(message) && !found.contains("\n"), "\(found)")
    }
  }

  /// Behind equal tokens a new one gets the id of a piece; if that is an added token too, one of them would be lost.
  @Test func addedTokensWithOneIDAreRefused() throws {
    let list = ("vocab.txt", (tokens + ["[MASK]"]).joined(separator: "\n"))
    let found = performing { _ = try load([list, ("added_tokens.json", #"{"<x>": 13}"#)]) }
    #expect(found.contains("vocab.txt: the added tokens \"<x>\" and \"[MASK]\" both get the id 12; expected no token"))
  }

  /// Of tokens that are the same after normalization, the one with the smallest id is found.
  @Test func theFirstOfEqualTokensIsFound() throws {
    let list = ("vocab.txt", tokens.joined(separator: "\n"))
    let tokenizer = try load([list, ("added_tokens.json", #"{"NIX": 13, "Nix": 12, "nix": 14}"#)])
    #expect(pieces(tokenizer, "nix NIX") == ["Nix", "Nix"])
  }

  /// Where files disagree, or say what transformers passes by, one line says what counts.
  @Test func whatMaySurpriseIsSaid() throws {
    let whole = try Files.readText(PackageFile.fixture("huggingface/bert/tokenizer.json"), as: "tokenizer")
    let dirty = whole.replacingOccurrences(of: "\"clean_text\": true", with: "\"clean_text\": false")
    let list = tokens.joined(separator: "\n")
    let bert = #"{"tokenizer_class": "BertTokenizer"}"#
    let cases: [([(String, String)], String?)] = [
      ([("tokenizer.json", whole), ("tokenizer_config.json", bert)], nil),
      ([("tokenizer.json", whole), ("vocab.txt", list)], "vocab.txt: its tokens are not those of"),
      (
        [("tokenizer.json", dirty), ("tokenizer_config.json", bert)],
        "tokenizer.json: its normalizer would cut otherwise"
      ),
      ([("tokenizer.json", dirty)], nil),
      (
        [("tokenizer.json", whole), ("tokenizer_config.json", #"{"do_lower_case": false}"#)],
        "tokenizer.json: disagrees with do_lower_case of tokenizer_config.json, and counts"
      ),
      ([("vocab.txt", list), ("added_tokens.json", #"{"<x>": 12}"#)], nil),
      (
        [("vocab.txt", list), ("added_tokens.json", #"{"<x>": 40, "<y>": 41}"#)],
        "added_tokens.json:1: numbers \"<x>\" 40, but the next free id is 12, which it gets, as in transformers "
          + "(and 1 token more)"
      ),
      (
        [("vocab.txt", list), ("added_tokens.json", #"{"Nix": 12, "NIX": 13, "nix": 14}"#)],
        "vocab.txt: the added tokens \"Nix\" and \"NIX\" are the same after normalization; the first, 12, is found, "
          + "while transformers picks one of them at random each time it opens them (and 1 token more)"
      ),
    ]
    for (files, expected) in cases {
      let folder = try TemporaryFolder()
      for (name, text) in files { _ = try folder.file(name, Data(text.utf8)) }
      var notes: [String] = []
      _ = try TokenizerFolder.load(folder.path) { notes.append($0) }
      #expect(notes.count == (expected == nil ? 0 : 1), "\(notes)")
      #expect(expected == nil || notes.first?.contains(expected!) == true, "\(notes)")
      #expect(notes.allSatisfy { !$0.contains("\n") })
    }
  }
}
