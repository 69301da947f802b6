import Formats
import Platform

/// A tokenizer in a folder, in the files of Hugging Face: `vocab.txt` or `tokenizer.json`, and `tokenizer_config.json`.
public enum TokenizerFolder {
  /// The file of a folder with the tokens.
  public static func vocabularyPath(in folder: String) -> String { folder + "/vocab.txt" }
  /// The file of a folder that holds a whole tokenizer.
  public static func tokenizerPath(in folder: String) -> String { folder + "/tokenizer.json" }
  /// The file of a folder that says which tokenizer the tokens are for.
  public static func configurationPath(in folder: String) -> String { folder + "/tokenizer_config.json" }

  /// The class that BERT's tokenizer has in `transformers`.
  private static let wordPieceClass = "BertTokenizer"
  /// What a tokenizer of characters, which `transformers` does not have, is called.
  private static let characterClass = "CharacterTokenizer"

  /// The tokenizer in a folder.
  ///
  /// Tokens come from `vocab.txt` where there is one, settings from `tokenizer_config.json` where it has them, either
  /// else from `tokenizer.json`; what none of them says is as in BERT's uncased models.
  ///
  /// - Throws: `InputError` if there are no tokens, or a file describes a tokenizer that is not BERT's.
  public static func load(_ folder: String) throws -> any Tokenizer {
    let hasList = Files.exists(vocabularyPath(in: folder))
    let whole = Files.exists(tokenizerPath(in: folder)) ? try TokenizerFile(path: tokenizerPath(in: folder)) : nil
    guard hasList || whole != nil else {
      throw InputError(at: folder, "has no vocabulary", expected: "vocab.txt or tokenizer.json beside the weights")
    }
    let vocabulary =
      hasList ? try Vocabulary.load(path: vocabularyPath(in: folder)) : try whole!.vocabulary()
    var normalization = whole?.normalization ?? TextNormalization()
    let path = configurationPath(in: folder)
    guard Files.exists(path) else { return WordPieceTokenizer(vocabulary: vocabulary, normalization: normalization) }

    let tree = try JSONValue.read(path, as: "settings of a tokenizer")
    func flag(_ key: String) throws -> Bool? {
      guard let value = tree[key] else { return nil }
      guard let flag = value.flag else {
        throw InputError(at: value.place.description, "\(key) is \(value.excerpt)", expected: "true, false or null")
      }
      return flag
    }
    let name = tree["tokenizer_class"]?.text
    if name == characterClass {
      return CharacterTokenizer(vocabulary: vocabulary, lowercase: try flag("do_lower_case") ?? true)
    }
    let classes = [wordPieceClass, "BertTokenizerFast", "RoFormerTokenizer", "RoFormerTokenizerFast"]
    guard name.map(classes.contains) ?? true else {
      throw InputError(
        at: tree["tokenizer_class"]!.place.description, "tokenizer_class is \(tree["tokenizer_class"]!.excerpt)",
        expected: wordPieceClass)
    }
    let lowercase = try flag("do_lower_case")
    if let lowercase {
      normalization = TextNormalization(
        lowercase: lowercase, separatesIdeographs: normalization.separatesIdeographs)
    }
    if let strips = try flag("strip_accents") { normalization.stripsAccents = strips }
    if let separates = try flag("tokenize_chinese_chars") { normalization.separatesIdeographs = separates }
    return WordPieceTokenizer(vocabulary: vocabulary, normalization: normalization)
  }

  /// The tokenizer of a `vocab.txt` alone (as in BERT's uncased models), of a `tokenizer.json`, or of a folder.
  ///
  /// - Throws: `InputError` as `load(_:)`.
  public static func load(vocabulary path: String) throws -> any Tokenizer {
    if Files.exists(vocabularyPath(in: path)) || Files.exists(tokenizerPath(in: path)) { return try load(path) }
    guard path.hasSuffix(".json") else {
      return WordPieceTokenizer(vocabulary: try Vocabulary.load(path: path), lowercase: true)
    }
    let file = try TokenizerFile(path: path)
    return WordPieceTokenizer(vocabulary: try file.vocabulary(), normalization: file.normalization)
  }

  /// Writes a tokenizer's `vocab.txt` and `tokenizer_config.json`.
  ///
  /// - Throws: `InputError` if the folder cannot be written.
  public static func write(_ tokenizer: any Tokenizer, to folder: String) throws {
    var members: [(String, JSONValue)] = []
    switch tokenizer {
    case let tokenizer as WordPieceTokenizer:
      let normalization = tokenizer.normalization
      members = [
        ("tokenizer_class", JSONValue(wordPieceClass)),
        ("do_lower_case", JSONValue(normalization.lowercase)),
        (
          "strip_accents",
          normalization.stripsAccents == normalization.lowercase
            ? JSONValue(.null) : JSONValue(normalization.stripsAccents)
        ),
        ("tokenize_chinese_chars", JSONValue(normalization.separatesIdeographs)),
      ]
    case let tokenizer as CharacterTokenizer:
      members = [
        ("tokenizer_class", JSONValue(characterClass)), ("do_lower_case", JSONValue(tokenizer.lowercase)),
      ]
    default: preconditionFailure("TokenizerFolder.write: \(type(of: tokenizer)) has no files")
    }
    for (key, token) in zip(["pad", "unk", "cls", "sep", "mask"], Vocabulary.specialTokens) {
      members.append((key + "_token", JSONValue(token)))
    }
    try tokenizer.vocabulary.write(to: vocabularyPath(in: folder))
    try Files.write(JSONValue(members: members).serialized() + "\n", to: configurationPath(in: folder))
  }
}
