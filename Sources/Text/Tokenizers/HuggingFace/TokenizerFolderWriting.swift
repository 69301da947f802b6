import Formats
import Platform

extension TokenizerFolder {
  /// Writes a tokenizer so that this program and `transformers` read it back: `vocab.txt` and `tokenizer_config.json`, or
  /// `tokenizer.json` instead of the first where the tokens and the settings of BERT's class do not say it all.
  ///
  /// - Throws: `InputError` if the folder cannot be written.
  public static func write(_ tokenizer: any Tokenizer, to folder: String) throws {
    var members: [(String, JSONValue)] = []
    switch tokenizer {
    case let tokenizer as WordPieceTokenizer:
      guard isSaidByVocabulary(tokenizer) else { return try writeWhole(tokenizer, to: folder) }
      let normalization = tokenizer.normalization
      members = [
        ("tokenizer_class", JSONValue(TokenizerConfiguration.wordPieceClass)),
        ("do_lower_case", JSONValue(normalization.lowercase)),
        (
          "strip_accents",
          normalization.stripsAccents == normalization.lowercase
            ? JSONValue(.null) : JSONValue(normalization.stripsAccents)
        ),
        ("tokenize_chinese_chars", JSONValue(normalization.separatesIdeographs)),
      ]
      let entries = tokenizer.addedTokens
      if !isSaidByPieces(tokenizer) {
        let decoder = entries.entries.map { ("\($0.id)", $0.token.json()) }
        members.append(("added_tokens_decoder", JSONValue(members: decoder)))
      }
      if entries.splitsSpecial { members.append(("split_special_tokens", JSONValue(true))) }
      members += roles(tokenizer.vocabulary.specialTokens).map { key, name in
        (key, token(name, in: tokenizer)?.isSpecial == true ? JSONValue(name) : JSONValue(.null))
      }
    case let tokenizer as CharacterTokenizer:
      members = [
        ("tokenizer_class", JSONValue(TokenizerConfiguration.characterClass)),
        ("do_lower_case", JSONValue(tokenizer.lowercase)),
      ]
      members += roles(tokenizer.vocabulary.specialTokens).map { ($0.key, JSONValue($0.name)) }
    default: preconditionFailure("TokenizerFolder.write: \(type(of: tokenizer)) has no files")
    }
    let pieces = (tokenizer as? WordPieceTokenizer)?.pieceCount ?? tokenizer.vocabulary.count
    try Files.write(
      Vocabulary.fileText(of: tokenizer.vocabulary.tokens.prefix(pieces)), to: vocabularyPath(in: folder))
    try Files.write(JSONValue(members: members).serialized() + "\n", to: configurationPath(in: folder))
  }

  /// The file or folder from which `load(vocabulary:)` reads back what `write(_:to:)` has written: `vocab.txt` where it
  /// holds everything but the normalization.
  public static func writtenVocabulary(of tokenizer: any Tokenizer, in folder: String) -> String {
    guard let tokenizer = tokenizer as? WordPieceTokenizer, isSaidByVocabulary(tokenizer),
      isSaidByPieces(tokenizer), tokenizer.vocabulary.specialTokens == .bert
    else { return folder }
    return vocabularyPath(in: folder)
  }

  /// The keys of the tokens with a role, and what these are called.
  private static func roles(_ names: SpecialTokens) -> [(key: String, name: String)] {
    zip(["pad", "unk", "cls", "sep", "mask"], names.all).map { ($0 + "_token", $1) }
  }

  /// Whether `vocab.txt` and the keys that BERT's class has say all of a tokenizer: its five tokens are special and found
  /// in any text, or they are `null` where they may be.
  private static func isSaidByVocabulary(_ tokenizer: WordPieceTokenizer) -> Bool {
    let pieces = tokenizer.vocabulary.tokens.prefix(tokenizer.pieceCount)
    let optional = ["pad_token": SpecialTokens.bert.padding, "mask_token": SpecialTokens.bert.mask]
    // A `tokenizer.json` has each piece once, so that equal ones are said by `vocab.txt` or not at all.
    let haveEqual = Set(pieces.map { Array($0.utf8) }).count < pieces.count
    return tokenizer.normalization.cleans && tokenizer.longestWord == WordPieceTokenizer.longestWord
      && !pieces.contains { $0.unicodeScalars.last?.properties.isWhitespace == true }
      && roles(tokenizer.vocabulary.specialTokens).allSatisfy { key, name in
        let token = token(name, in: tokenizer)
        return token?.isSpecial == true || (optional[key] == name && (token == nil || haveEqual))
      }
  }

  /// Whether the added tokens are those with a role, found as they are written, and each is a piece.
  private static func isSaidByPieces(_ tokenizer: WordPieceTokenizer) -> Bool {
    let pieces = tokenizer.vocabulary.tokens.prefix(tokenizer.pieceCount)
    return tokenizer.addedTokens == AddedTokens(specialOf: tokenizer.vocabulary)
      && tokenizer.addedTokens.entries.allSatisfy { entry in
        pieces.indices.contains(Int(entry.id)) && pieces[Int(entry.id)].hasSameBytes(as: entry.token.content)
      }
  }

  /// The added token of a name, if there is one.
  private static func token(_ name: String, in tokenizer: WordPieceTokenizer) -> AddedToken? {
    tokenizer.addedTokens.entries.first { $0.token.content.hasSameBytes(as: name) }?.token
  }

  // MARK: - tokenizer.json

  private static func writeWhole(_ tokenizer: WordPieceTokenizer, to folder: String) throws {
    let (vocabulary, normalization) = (tokenizer.vocabulary, tokenizer.normalization)
    let pieces = vocabulary.tokens.prefix(tokenizer.pieceCount).enumerated().map { ($1, JSONValue($0)) }
    let added = tokenizer.addedTokens.entries.map { $0.token.json(id: $0.id) }
    func type(_ name: String, _ members: [(String, JSONValue)] = []) -> JSONValue {
      JSONValue(members: [("type", JSONValue(name))] + members)
    }
    let normalizer = type(
      "BertNormalizer",
      [
        ("clean_text", JSONValue(normalization.cleans)),
        ("handle_chinese_chars", JSONValue(normalization.separatesIdeographs)),
        ("strip_accents", JSONValue(normalization.stripsAccents)), ("lowercase", JSONValue(normalization.lowercase)),
      ])
    let model = type(
      "WordPiece",
      [
        ("unk_token", JSONValue(vocabulary.specialTokens.unknown)), ("continuing_subword_prefix", JSONValue("##")),
        ("max_input_chars_per_word", JSONValue(tokenizer.longestWord)), ("vocab", JSONValue(members: pieces)),
      ])
    let whole = JSONValue(members: [
      ("version", JSONValue("1.0")), ("truncation", JSONValue(.null)), ("padding", JSONValue(.null)),
      ("added_tokens", JSONValue(.list(added))), ("normalizer", normalizer),
      ("pre_tokenizer", type("BertPreTokenizer")), ("post_processor", TokenizerPostProcessor.json(vocabulary)),
      ("decoder", type("WordPiece", [("prefix", JSONValue("##")), ("cleanup", JSONValue(true))])), ("model", model),
    ])
    try Files.write(whole.serialized() + "\n", to: tokenizerPath(in: folder))
    // In transformers a name adds a token that is not there, and a list of added tokens beside the file, if only an empty
    // one, keeps names from making tokens special.
    var members = [
      ("tokenizer_class", JSONValue(TokenizerConfiguration.fileClass)),
      ("added_tokens_decoder", JSONValue(.object([]))),
    ]
    members += roles(vocabulary.specialTokens).filter { token($0.name, in: tokenizer) != nil }.map {
      ($0.key, JSONValue($0.name))
    }
    if tokenizer.addedTokens.splitsSpecial { members.append(("split_special_tokens", JSONValue(true))) }
    try Files.write(JSONValue(members: members).serialized() + "\n", to: configurationPath(in: folder))
  }
}
