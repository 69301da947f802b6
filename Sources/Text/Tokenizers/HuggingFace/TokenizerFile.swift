import Formats
import Platform

/// What a `tokenizer.json` of Hugging Face says, as far as it describes BERT's WordPiece.
///
/// It is read member by member: what is not wanted is passed by.
struct TokenizerFile {
  /// The pieces by id.
  private(set) var pieces: [String] = []
  /// What is done to text before it is cut into words; nothing where the file has no normalizer.
  private(set) var normalization = TextNormalization.none
  /// Whether words are cut as BERT's are; without a `pre_tokenizer` a text is one word.
  private(set) var cutsWords = false
  /// The longest word that is cut into pieces, in Unicode scalars.
  private(set) var longestWord = WordPieceTokenizer.longestWord
  /// The piece that stands for words that cannot be cut.
  private(set) var unknown = SpecialTokens.bert.unknown
  /// The added tokens in the order of the file, with the ids that it gives them.
  private(set) var added: [NumberedToken] = []
  /// What the file puts around a sequence; `null` if nothing.
  private(set) var postProcessor = JSONValue(.null)
  /// The token that the file fills sequences up with, if it says so.
  private(set) var padding: String?

  /// A token with the id that a file gives it.
  struct NumberedToken {
    let id: Int
    let token: AddedToken
    let place: JSONValue.Place
  }

  /// Reads a file.
  ///
  /// - Throws: `InputError` if it is malformed or describes another tokenizer.
  init(path: String) throws {
    var reader = JSONReader(Array(try Files.read(path, as: "tokenizer")), source: path)
    var copy = self
    var tokens: [Int: String]?
    try reader.members { reader, key in
      switch key {
      case "normalizer": copy.normalization = try Self.normalization(try reader.value())
      case "pre_tokenizer":
        let value = try reader.value()
        if value.content == .null { return }
        try Self.expect("BertPreTokenizer", as: "type", of: value, named: key)
        copy.cutsWords = true
      case "post_processor": copy.postProcessor = try reader.value()
      case "padding": copy.padding = try reader.value()["pad_token"].map(AddedToken.content)
      case "added_tokens":
        try reader.elements { reader in
          let place = reader.place
          let value = try reader.value()
          let token = try AddedToken(value)
          guard let id = value["id"]?.integer, (0...Int(Int32.max)).contains(id) else {
            throw InputError(
              at: place.description, "the id of \(JSONValue(token.content).excerpt) is no id",
              expected: "a whole number from 0")
          }
          copy.added.append(NumberedToken(id: id, token: token, place: place))
        }
      case "model": tokens = try copy.readModel(&reader)
      default: try reader.skip()
      }
    }
    try reader.end()
    guard let tokens else { throw InputError(at: path, "has no model", expected: "a WordPiece") }
    copy.pieces = try (0..<tokens.count).map { id in
      guard let token = tokens[id] else {
        throw InputError(at: path, "has no token with id \(id)", expected: "ids 0 to \(tokens.count - 1)")
      }
      return token
    }
    self = copy
  }

  // MARK: - Parts

  private static func expect(_ word: String, as key: String, of value: JSONValue, named name: String) throws {
    guard value[key] == JSONValue(word) else {
      throw InputError(
        at: value.place.description, "\(name) has \(key) \(value[key]?.excerpt ?? "nowhere")", expected: "\"\(word)\"")
    }
  }

  private static func normalization(_ value: JSONValue) throws -> TextNormalization {
    if value.content == .null { return .none }
    try expect("BertNormalizer", as: "type", of: value, named: "normalizer")
    func flag(_ key: String) throws -> Bool? {
      guard let value = value[key] else { return nil }
      guard let flag = value.flag else {
        throw InputError(at: value.place.description, "\(key) is \(value.excerpt)", expected: "true or false")
      }
      return flag
    }
    return TextNormalization(
      lowercase: try flag("lowercase") ?? true, stripsAccents: try flag("strip_accents"),
      separatesIdeographs: try flag("handle_chinese_chars") ?? true, cleans: try flag("clean_text") ?? true)
  }

  /// The tokens by id of a `model`.
  private mutating func readModel(_ reader: inout JSONReader) throws -> [Int: String] {
    var tokens: [Int: String] = [:]
    var copy = self
    try reader.members { reader, key in
      let place = reader.place
      func check(_ value: JSONValue, _ expected: JSONValue) throws {
        guard value == expected else {
          throw InputError(
            at: place.description, "the model's \(key) is \(value.excerpt)", expected: expected.excerpt)
        }
      }
      switch key {
      case "type": try check(try reader.value(), JSONValue("WordPiece"))
      case "unk_token": copy.unknown = try AddedToken.content(try reader.value())
      case "continuing_subword_prefix": try check(try reader.value(), JSONValue("##"))
      case "max_input_chars_per_word":
        let value = try reader.value()
        guard let count = value.integer, count >= 0 else {
          throw InputError(
            at: place.description, "the model's \(key) is \(value.excerpt)", expected: "a whole number from 0")
        }
        copy.longestWord = count
      case "vocab":
        try reader.members { reader, token in
          let place = reader.place
          guard let id = Int(try reader.number()), (0...Int(Int32.max)).contains(id) else {
            throw InputError(
              at: place.description, "the id of \(JSONValue(token).excerpt) is no id", expected: "a whole number from 0"
            )
          }
          if let other = tokens.updateValue(token, forKey: id) {
            throw InputError(
              at: place.description, "\(JSONValue(token).excerpt) and \(JSONValue(other).excerpt) share the id \(id)")
          }
        }
      default: try reader.skip()
      }
    }
    self = copy
    return tokens
  }
}
