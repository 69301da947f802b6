import Formats
import Platform

extension AddedToken {
  /// The token that a JSON object describes, as Hugging Face's `AddedToken` is given its keys.
  ///
  /// - Parameters:
  ///   - value: an object with `content`, and with flags that are `false` where they are missing; `normalized` is then
  ///     the contrary of `special`.
  ///   - special: whether the token is special, whatever the object says.
  /// - Throws: `InputError` naming the key at fault.
  init(_ value: JSONValue, special: Bool? = nil) throws {
    guard let members = value.members else {
      throw InputError(at: value.place.description, "\(value.excerpt) is no token", expected: "an object with content")
    }
    var flags: [String: Bool] = [:]
    for member in members {
      switch member.key {
      case "content", "id", "__type": continue
      case "single_word", "lstrip", "rstrip", "normalized", "special":
        guard let flag = member.value.flag else {
          throw InputError(
            at: member.value.place.description, "\(member.key) is \(member.value.excerpt)", expected: "true or false")
        }
        flags[member.key] = flag
      default:
        throw InputError(
          at: member.value.place.description, "a token has the unknown key \(JSONValue(member.key).excerpt)",
          expected: "content, single_word, lstrip, rstrip, normalized or special")
      }
    }
    let content = try Self.content(value["content"] ?? value)
    self.init(
      content, isSpecial: special ?? flags["special"] ?? false, isNormalized: flags["normalized"],
      isSingleWord: flags["single_word"] ?? false, stripsLeft: flags["lstrip"] ?? false,
      stripsRight: flags["rstrip"] ?? false)
  }

  /// A token's text, its length bounded.
  static func content(_ value: JSONValue) throws -> String {
    guard let text = value.text else {
      throw InputError(at: value.place.description, "\(value.excerpt) is no token", expected: "a string")
    }
    guard text.utf8.count <= Vocabulary.longestToken, !text.utf8.contains(UInt8(ascii: "\n")) else {
      throw InputError(
        at: value.place.description, "adds a token of \(text.utf8.count.counted("byte"))",
        expected: "at most \(Vocabulary.longestToken) bytes on one line")
    }
    return text
  }

  /// The object that `init(_:special:)` reads.
  func json(id: Int32? = nil) -> JSONValue {
    var members = id.map { [("id", JSONValue(Int($0)))] } ?? []
    members += [
      ("content", JSONValue(content)), ("single_word", JSONValue(isSingleWord)), ("lstrip", JSONValue(stripsLeft)),
      ("rstrip", JSONValue(stripsRight)), ("normalized", JSONValue(isNormalized)), ("special", JSONValue(isSpecial)),
    ]
    return JSONValue(members: members)
  }
}
