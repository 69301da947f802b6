import Formats
import Platform

/// A token that has a name, or is in a list of special ones.
struct NamedToken: Equatable {
  /// How a file gives it.
  enum Form {
    /// As its text alone.
    case text
    /// As an object of `tokenizer_config.json`.
    case object
    /// As an object of `special_tokens_map.json`.
    case objectOfMap
  }

  /// The token.
  var token: AddedToken
  /// How a file gives it.
  var form: Form

  /// Whether `transformers` takes the second for the first again: a text and an object are two, even if they say the same.
  static func == (a: NamedToken, b: NamedToken) -> Bool {
    a.token == b.token && (a.form == .text) == (b.form == .text)
  }
}

/// The keys of `tokenizer_config.json` and `special_tokens_map.json` that name special tokens, as `transformers` 5 takes
/// them in.
struct NamedTokens {
  private var lists: [NamedToken] = []
  /// Whether a file has said which special tokens have no name, if only that there are none.
  private var hasLists = false
  /// A list of the map that counts where there is no other.
  private var additional: [NamedToken] = []
  private var usual: [String: NamedToken?] = [:]
  /// Tokens by other names: those that come as objects or from the map go first, as there.
  private var first: [(key: String, token: NamedToken)] = []
  private var second: [(key: String, token: NamedToken)] = []

  /// Special tokens without a name.
  var extra: [NamedToken] { hasLists ? lists : additional }

  /// The tokens with a name: the usual ones in their order, then the others; `nil` for `null`.
  var ordered: [(key: String, token: NamedToken?)] {
    let others = (first + second).reduce(into: [(key: String, token: NamedToken?)]()) { result, item in
      if let i = result.firstIndex(where: { $0.key == item.key }) {
        result[i].token = item.token
      } else {
        result.append((item.key, item.token))
      }
    }
    return TokenizerConfiguration.usualKeys.compactMap { key in usual[key].map { (key, $0) } } + others
  }

  /// How the tokens are written that make those of `added_tokens.json` special; as there, objects of
  /// `tokenizer_config.json` do not, nor does `additional_special_tokens` of the map.
  var givenContents: Set<[UInt8]> {
    let tokens = usual.values.compactMap { $0 } + lists
    return Set(tokens.filter { $0.form != .object }.map { Array($0.token.content.utf8) })
  }

  /// Reads the keys of `tokenizer_config.json`.
  ///
  /// - Throws: `InputError` naming a value that is no token.
  mutating func read(configuration members: [JSONValue.Member]) throws {
    func value(_ key: String) -> JSONValue? { members.first { $0.key == key }?.value }
    for member in members where member.key.hasSuffix("_token") {
      let value = member.value
      if TokenizerConfiguration.usualKeys.contains(member.key) {
        usual[member.key] = value.content == .null ? .some(nil) : try Self.token(value, key: member.key)
      } else if value.text != nil {
        second.append((member.key, try Self.token(value, key: member.key)))
      } else if value["__type"] == JSONValue("AddedToken") {
        first.append((member.key, try Self.token(value, key: member.key)))
      }
    }
    let own = value("extra_special_tokens")
    let isOwnEmpty = own.map { $0.content == .null || $0.list?.isEmpty == true || $0.members?.isEmpty == true } ?? true
    guard let value = isOwnEmpty ? value("additional_special_tokens") ?? own : own, value.content != .null else {
      return
    }
    if let members = value.members {
      for member in members { second.append((member.key, try Self.token(member.value, key: member.key))) }
    } else {
      lists = try Self.list(value, key: "extra_special_tokens") { try Self.token($0, key: "extra_special_tokens") }
      hasLists = true
    }
  }

  /// Reads `special_tokens_map.json`, which goes before `tokenizer_config.json`.
  ///
  /// - Throws: `InputError` naming a value that is no token, or a key that names none.
  mutating func read(map: JSONValue) throws {
    guard let members = map.members else {
      throw InputError(at: map.place.description, "is \(map.excerpt)", expected: "an object of special tokens")
    }
    func token(_ value: JSONValue, _ key: String) throws -> NamedToken {
      guard value.members != nil else { return try Self.token(value, key: key) }
      return NamedToken(token: try AddedToken(value, special: true), form: .objectOfMap)
    }
    for member in members {
      let (key, value) = (member.key, member.value)
      switch key {
      case _ where TokenizerConfiguration.usualKeys.contains(key):
        usual[key] = value.content == .null ? .some(nil) : try token(value, key)
      case "extra_special_tokens" where value.members != nil:
        for member in value.members ?? [] { second.append((member.key, try Self.token(member.value, key: member.key))) }
      case "extra_special_tokens" where value.content != .null:
        for token in try Self.list(value, key: key, { try token($0, key) }) where !lists.contains(token) {
          lists.append(token)
        }
        hasLists = true
      case "additional_special_tokens" where value.content != .null:
        additional = try Self.list(value, key: key) { try token($0, key) }
      case _ where key.hasSuffix("_token"):
        if value.content != .null { first.append((key, try token(value, key))) }
      case "extra_special_tokens", "additional_special_tokens": break
      default:
        throw InputError(
          at: value.place.description, "has the key \(JSONValue(key).excerpt)",
          expected: "names of special tokens, such as mask_token")
      }
    }
  }

  private static func list(
    _ value: JSONValue, key: String, _ token: (JSONValue) throws -> NamedToken
  ) throws -> [NamedToken] {
    guard let list = value.list else {
      throw InputError(at: value.place.description, "\(key) is \(value.excerpt)", expected: "a list of tokens")
    }
    return try list.map(token)
  }

  /// A special token: its text, or an object that says it is one.
  private static func token(_ value: JSONValue, key: String) throws -> NamedToken {
    if value.text != nil {
      return NamedToken(token: AddedToken(try AddedToken.content(value), isSpecial: true), form: .text)
    }
    guard value["__type"] == JSONValue("AddedToken") else {
      throw InputError(
        at: value.place.description, "\(key) is \(value.excerpt)",
        expected: "a string, or an object with \"__type\": \"AddedToken\"")
    }
    return NamedToken(token: try AddedToken(value), form: .object)
  }
}
