import Formats
import Platform

/// What the files beside a vocabulary say: `tokenizer_config.json`, `special_tokens_map.json`, `added_tokens.json`, and
/// the class of tokenizer that `config.json` means.
///
/// The last two say something only where `tokenizer_config.json` has no `added_tokens_decoder`, as in `transformers` 5.
/// `docs/hugging-face.md` has the table of all keys.
struct TokenizerConfiguration {
  /// Which settings hold.
  enum Rules {
    /// Those of `tokenizer_config.json`; of `tokenizer.json` only the tokens.
    case bert
    /// Likewise, in a class that segments Chinese words first.
    case roformer
    /// Those of `tokenizer.json`.
    case file
    /// A tokenizer of characters, which `transformers` does not have.
    case characters
  }

  /// Which settings hold.
  private(set) var rules = Rules.file
  /// What the files call the class, for errors.
  private(set) var className: (name: String, place: String)?
  /// `do_lower_case`.
  private(set) var lowercase: Bool?
  /// `strip_accents`.
  private(set) var stripsAccents: Bool?
  /// `tokenize_chinese_chars`.
  private(set) var separatesIdeographs: Bool?
  /// `split_special_tokens`.
  private(set) var splitsSpecial = false
  /// Tokens with a name: the seven usual ones, such as `mask_token`, in their order, then others; `nil` for `null`.
  private(set) var named: [(key: String, token: NamedToken?)] = []
  /// Special tokens without a name.
  private(set) var extra: [NamedToken] = []
  /// Tokens with the ids that files give them; `tokenizer.json` has more where `readsAddedOfTokenizer`.
  private(set) var numbered: [TokenizerFile.NumberedToken] = []
  /// Whether added tokens of `tokenizer.json` count beside these.
  private(set) var readsAddedOfTokenizer = true

  /// The class that BERT's tokenizer has in `transformers`.
  static let wordPieceClass = "BertTokenizer"
  /// What a tokenizer of characters, which `transformers` does not have, is called.
  static let characterClass = "CharacterTokenizer"
  /// The class of `transformers` that takes a `tokenizer.json` as it is.
  static let fileClass = "PreTrainedTokenizerFast"

  /// The keys of the usual tokens, in the order in which `transformers` adds them.
  static let usualKeys = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"]

  /// Keys that would bring another tokenizer than the files beside it describe.
  private static let refusedKeys = ["auto_map", "vocab", "merges", "tokenizer_object", "gguf_file"]

  /// Nothing: a `tokenizer.json` by itself, as `PreTrainedTokenizerFast(tokenizer_file=…)` opens it.
  init() { readsAddedOfTokenizer = false }

  /// Reads the files of a folder.
  ///
  /// - Throws: `InputError` if one is malformed, or asks for a tokenizer that is not BERT's.
  init(folder: String) throws {
    let path = folder + "/tokenizer_config.json"
    let tree = Files.exists(path) ? try Self.read(path, as: "settings of a tokenizer") : JSONValue(.object([]))
    guard let members = tree.members else {
      throw InputError(at: tree.place.description, "is \(tree.excerpt)", expected: "settings, a JSON object")
    }
    try readClass(tree, folder: folder)
    for key in Self.refusedKeys {
      if let value = tree[key] {
        throw InputError(
          at: value.place.description, "has \(key)", expected: "no tokenizer but that of the files beside")
      }
    }
    if let value = tree["init_inputs"], value.list?.isEmpty != true {
      throw InputError(at: value.place.description, "init_inputs is \(value.excerpt)", expected: "an empty list")
    }
    if let value = tree["fast_tokenizer_files"] {
      guard let names = value.list, names.allSatisfy({ $0 == JSONValue("tokenizer.json") }) else {
        throw InputError(
          at: value.place.description, "fast_tokenizer_files is \(value.excerpt)", expected: "tokenizer.json alone")
      }
    }
    lowercase = try flag("do_lower_case", of: tree)
    stripsAccents = try flag("strip_accents", of: tree)
    separatesIdeographs = try flag("tokenize_chinese_chars", of: tree)
    splitsSpecial = try flag("split_special_tokens", of: tree) ?? false
    guard rules != .characters else { return }

    var names = NamedTokens()
    try names.read(configuration: members)
    if let decoder = tree["added_tokens_decoder"] {
      readsAddedOfTokenizer = false
      try read(decoder: decoder)
    } else {
      let map = folder + "/special_tokens_map.json"
      if Files.exists(map) { try names.read(map: try Self.read(map, as: "special tokens")) }
      let added = folder + "/added_tokens.json"
      if Files.exists(added) {
        try read(added: try Self.read(added, as: "added tokens"), special: names.givenContents)
      }
    }
    (named, extra) = (names.ordered, names.extra)
  }

  private static func read(_ path: String, as what: String) throws -> JSONValue {
    // Thousands of added tokens take more than an experiment does.
    try JSONValue.read(path, as: what, maximumByteCount: 64 << 20)
  }

  private func flag(_ key: String, of tree: JSONValue) throws -> Bool? {
    guard let value = tree[key] else { return nil }
    guard let flag = value.flag else {
      throw InputError(at: value.place.description, "\(key) is \(value.excerpt)", expected: "true, false or null")
    }
    return flag
  }

  // MARK: - The class

  /// The class, from `tokenizer_config.json`, else from `config.json`: its `tokenizer_class`, else its `model_type`.
  private mutating func readClass(_ tree: JSONValue, folder: String) throws {
    let path = folder + "/config.json"
    let model = Files.exists(path) ? try JSONValue.read(path, as: "a model's configuration") : nil
    guard let value = tree["tokenizer_class"] ?? model?["tokenizer_class"] else {
      guard let type = model?["model_type"] else { return }
      rules = type == JSONValue("roformer") ? .roformer : .bert
      className = (rules == .roformer ? "RoFormerTokenizer" : Self.wordPieceClass, type.place.description)
      return
    }
    let known: [(String, Rules)] = [
      (Self.wordPieceClass, .bert), ("BertTokenizerFast", .bert), ("RoFormerTokenizer", .roformer),
      ("RoFormerTokenizerFast", .roformer), (Self.fileClass, .file), ("TokenizersBackend", .file),
      (Self.characterClass, .characters),
    ]
    guard let (name, rules) = known.first(where: { value == JSONValue($0.0) }) else {
      throw InputError(
        at: value.place.description, "tokenizer_class is \(value.excerpt)", expected: Self.wordPieceClass)
    }
    self.rules = rules
    className = (name, value.place.description)
  }

  // MARK: - Numbered tokens

  private mutating func read(decoder: JSONValue) throws {
    guard let members = decoder.members else {
      throw InputError(
        at: decoder.place.description, "added_tokens_decoder is \(decoder.excerpt)",
        expected: "an object of tokens by id")
    }
    for member in members {
      guard let id = Int(member.key), (0...Int(Int32.max)).contains(id) else {
        throw InputError(
          at: member.value.place.description, "\(JSONValue(member.key).excerpt) is no id",
          expected: "a whole number from 0")
      }
      number(id, try AddedToken(member.value), member.value.place)
    }
  }

  private mutating func read(added: JSONValue, special: Set<[UInt8]>) throws {
    guard let members = added.members else {
      throw InputError(at: added.place.description, "is \(added.excerpt)", expected: "an object of ids by token")
    }
    for member in members {
      guard let id = member.value.integer, (0...Int(Int32.max)).contains(id) else {
        throw InputError(
          at: member.value.place.description, "the id of \(JSONValue(member.key).excerpt) is \(member.value.excerpt)",
          expected: "a whole number from 0")
      }
      let content = try AddedToken.content(JSONValue(.text(member.key), at: member.value.place))
      // Where it is looked for does not change when a name makes it special later.
      let isSpecial = special.contains(Array(content.utf8))
      number(id, AddedToken(content, isSpecial: isSpecial, isNormalized: !isSpecial), member.value.place)
    }
  }

  private mutating func number(_ id: Int, _ token: AddedToken, _ place: JSONValue.Place) {
    numbered.append(TokenizerFile.NumberedToken(id: id, token: token, place: place))
  }
}
