import Formats
import Platform

/// The keys of `tokenizer_config.json` and `special_tokens_map.json` that name special tokens, as `transformers` 5 takes
/// them in.
struct NamedTokens {
  /// Special tokens without a name.
  private(set) var extra: [AddedToken] = []
  /// Whether a file has said which those are, if only that there are none.
  private var hasExtra = false
  private var usual: [String: AddedToken?] = [:]
  /// Tokens by other names: those that come as objects or from the map go first, as there.
  private var first: [(key: String, token: AddedToken)] = []
  private var second: [(key: String, token: AddedToken)] = []

  /// The tokens with a name: the usual ones in their order, then the others; `nil` for `null`.
  var ordered: [(key: String, token: AddedToken?)] {
    let others = (first + second).reduce(into: [(key: String, token: AddedToken?)]()) { result, item in
      if let i = result.firstIndex(where: { $0.key == item.key }) {
        result[i].token = item.token
      } else {
        result.append((item.key, item.token))
      }
    }
    return TokenizerConfiguration.usualKeys.compactMap { key in usual[key].map { (key, $0) } } + others
  }

  /// How the tokens are written that files name or list as special; the usual ones alone of those with a name.
  var givenContents: Set<[UInt8]> {
    Set((usual.values.compactMap { $0 } + extra).map { Array($0.content.utf8) })
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
      extra = try Self.list(value, key: "extra_special_tokens") { try Self.token($0, key: "extra_special_tokens") }
      hasExtra = true
    }
  }

  /// Reads `special_tokens_map.json`, which goes before `tokenizer_config.json`.
  ///
  /// - Throws: `InputError` naming a value that is no token, or a key that names none.
  mutating func read(map: JSONValue) throws {
    guard let members = map.members else {
      throw InputError(at: map.place.description, "is \(map.excerpt)", expected: "an object of special tokens")
    }
    func token(_ value: JSONValue, _ key: String) throws -> AddedToken {
      value.members == nil ? try Self.token(value, key: key) : try AddedToken(value, special: true)
    }
    var additional: [AddedToken]?
    for member in members {
      let (key, value) = (member.key, member.value)
      switch key {
      case _ where TokenizerConfiguration.usualKeys.contains(key):
        usual[key] = value.content == .null ? .some(nil) : try token(value, key)
      case "extra_special_tokens" where value.members != nil:
        for member in value.members ?? [] { second.append((member.key, try Self.token(member.value, key: member.key))) }
      case "extra_special_tokens" where value.content != .null:
        for token in try Self.list(value, key: key, { try token($0, key) }) where !extra.contains(token) {
          extra.append(token)
        }
        hasExtra = true
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
    if let additional, !hasExtra { extra = additional }
  }

  private static func list(
    _ value: JSONValue, key: String, _ token: (JSONValue) throws -> AddedToken
  ) throws -> [AddedToken] {
    guard let list = value.list else {
      throw InputError(at: value.place.description, "\(key) is \(value.excerpt)", expected: "a list of tokens")
    }
    return try list.map(token)
  }

  /// A special token: its text, or an object that says it is one.
  private static func token(_ value: JSONValue, key: String) throws -> AddedToken {
    if value.text != nil { return AddedToken(try AddedToken.content(value), isSpecial: true) }
    guard value["__type"] == JSONValue("AddedToken") else {
      throw InputError(
        at: value.place.description, "\(key) is \(value.excerpt)",
        expected: "a string, or an object with \"__type\": \"AddedToken\"")
    }
    return try AddedToken(value)
  }
}
