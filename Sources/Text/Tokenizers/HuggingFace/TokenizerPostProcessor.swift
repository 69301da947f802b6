import Formats
import Platform

/// What a `post_processor` puts around a sequence: BERT's way, by whatever names.
enum TokenizerPostProcessor {
  /// The tokens before and after a sequence; `nil` without a post-processor.
  ///
  /// - Throws: `InputError` for anything but a token before and one after.
  static func ends(_ value: JSONValue) throws -> (classification: String, separator: String)? {
    guard value.content != .null else { return nil }
    let type = value["type"]
    var found: (JSONValue?, JSONValue?)
    if type == JSONValue("BertProcessing") {
      found = (value["cls"]?.list?.first, value["sep"]?.list?.first)
    } else if type == JSONValue("TemplateProcessing"), let single = value["single"]?.list, single.count == 3,
      single[1]["Sequence"] != nil
    {
      found = (single[0]["SpecialToken"]?["id"], single[2]["SpecialToken"]?["id"])
    }
    guard let first = found.0, let last = found.1 else {
      throw InputError(
        at: value.place.description, "post_processor is \(value.excerpt)",
        expected: "one token before a sequence and one after it, as in BERT")
    }
    return (try AddedToken.content(first), try AddedToken.content(last))
  }

  /// The object that `ends(_:)` reads.
  static func json(_ vocabulary: Vocabulary) -> JSONValue {
    let names = vocabulary.specialTokens
    func token(_ name: String, _ type: Int) -> JSONValue {
      JSONValue(members: [("SpecialToken", part(name, type))])
    }
    func sequence(_ name: String, _ type: Int) -> JSONValue { JSONValue(members: [("Sequence", part(name, type))]) }
    func part(_ name: String, _ type: Int) -> JSONValue {
      JSONValue(members: [("id", JSONValue(name)), ("type_id", JSONValue(type))])
    }
    func special(_ name: String, _ id: Int32) -> (String, JSONValue) {
      let ids = JSONValue(.list([JSONValue(Int(id))]))
      let members = [("id", JSONValue(name)), ("ids", ids), ("tokens", JSONValue(.list([JSONValue(name)])))]
      return (name, JSONValue(members: members))
    }
    let single = [token(names.classification, 0), sequence("A", 0), token(names.separator, 0)]
    var tokens = [special(names.classification, vocabulary.classification)]
    if names.separator != names.classification { tokens.append(special(names.separator, vocabulary.separator)) }
    return JSONValue(members: [
      ("type", JSONValue("TemplateProcessing")), ("single", JSONValue(.list(single))),
      ("pair", JSONValue(.list(single + [sequence("B", 1), token(names.separator, 1)]))),
      ("special_tokens", JSONValue(members: tokens)),
    ])
  }
}
