import Formats
import Platform

/// A `tokenizer.json` of Hugging Face that describes BERT's WordPiece.
///
/// It is read member by member: what is not wanted is passed by.
struct TokenizerFile {
  /// What is done to text before it is cut into words.
  private(set) var normalization = TextNormalization()
  private let path: String
  /// The tokens by id.
  private var tokens: [Int: String] = [:]

  /// Reads a file.
  ///
  /// - Throws: `InputError` if it is malformed or describes another tokenizer.
  init(path: String) throws {
    self.path = path
    var reader = JSONReader(Array(try Files.read(path, as: "tokenizer")), source: path)
    var (normalization, tokens) = (self.normalization, self.tokens)
    var (hasModel, added) = (false, [(token: String, place: JSONValue.Place)]())
    try reader.members { reader, key in
      switch key {
      case "normalizer": normalization = try Self.normalization(try reader.value())
      case "pre_tokenizer": try Self.expect("BertPreTokenizer", as: "type", of: try reader.value(), named: key)
      case "added_tokens":
        try reader.elements { reader in
          let place = reader.place
          let value = try reader.value()
          added.append((value["content"]?.text ?? value.excerpt, place))
        }
      case "model":
        tokens = try Self.tokens(&reader)
        hasModel = true
      default: try reader.skip()
      }
    }
    try reader.end()
    guard hasModel else { throw InputError(at: path, "has no model", expected: "a WordPiece") }
    for (token, place) in added where !Vocabulary.specialTokens.contains(token) {
      throw InputError(
        at: place.description, "adds the token \(JSONValue(token).excerpt)",
        expected: "none but \(Vocabulary.specialTokens.joined(separator: " "))")
    }
    (self.normalization, self.tokens) = (normalization, tokens)
  }

  /// The vocabulary, its ids without gaps.
  ///
  /// - Throws: `InputError` if an id is missing or a special token is.
  func vocabulary() throws -> Vocabulary {
    let list = try (0..<tokens.count).map { id in
      guard let token = tokens[id] else {
        throw InputError(at: path, "has no token with id \(id)", expected: "ids 0 to \(tokens.count - 1)")
      }
      return token
    }
    return try Vocabulary(tokens: list, name: path)
  }

  // MARK: - Parts

  private static func expect(_ word: String, as key: String, of value: JSONValue, named name: String) throws {
    guard value[key]?.text == word else {
      throw InputError(
        at: value.place.description, "\(name) has \(key) \(value[key]?.excerpt ?? "nowhere")", expected: "\"\(word)\"")
    }
  }

  private static func normalization(_ value: JSONValue) throws -> TextNormalization {
    try expect("BertNormalizer", as: "type", of: value, named: "normalizer")
    guard value["clean_text"]?.flag ?? true else {
      throw InputError(at: value.place.description, "clean_text is false", expected: "true")
    }
    return TextNormalization(
      lowercase: value["lowercase"]?.flag ?? true, stripsAccents: value["strip_accents"]?.flag,
      separatesIdeographs: value["handle_chinese_chars"]?.flag ?? true)
  }

  /// The tokens by id of a `model`, whose other settings must be BERT's.
  private static func tokens(_ reader: inout JSONReader) throws -> [Int: String] {
    var tokens: [Int: String] = [:]
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
      case "unk_token": try check(try reader.value(), JSONValue("[UNK]"))
      case "continuing_subword_prefix": try check(try reader.value(), JSONValue("##"))
      case "max_input_chars_per_word": try check(try reader.value(), JSONValue(WordPieceTokenizer.longestWord))
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
    return tokens
  }
}
