import Formats
import Platform

/// What a key of an experiment file may hold.
enum ValueType: Sendable {
  /// A whole number in a range.
  case whole(ClosedRange<Int>)
  /// A finite number in a range.
  case number(Interval)
  /// Any text but an empty one.
  case text
  /// Any text.
  case prose
  /// Letters, digits, `.`, `_` and `-`, for names that become folders and columns; no number, and no word that readers of
  /// columns take for a missing value or a truth value.
  case name
  /// One of some words.
  case choice([String])
  /// `true` or `false`.
  case flag
  /// A value, or a list of values that all differ.
  indirect case oneOrMore(ValueType)
  /// A word, or a list of values that all differ.
  indirect case wordOrList(String, ValueType)
  /// A list of values that all differ.
  indirect case list(ValueType, minimumCount: Int)

  /// A range of numbers that may leave out its ends.
  struct Interval: Sendable {
    var lowest: Double
    var includesLowest = true
    var highest: Double
    var includesHighest = true

    func contains(_ value: Double) -> Bool {
      (includesLowest ? value >= lowest : value > lowest) && (includesHighest ? value <= highest : value < highest)
    }
  }

  /// The longest list; a grid beyond it is a mistake.
  static let maximumCount = 1000
  /// The longest name, well below what a file system takes.
  static let maximumNameLength = 80

  /// What is expected, as an error or the help says it.
  var summary: String {
    switch self {
    case .whole(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .number(let interval):
      "a number \(interval.includesLowest ? "from" : "above") \(interval.lowest.shortText) "
        + "\(interval.includesHighest ? "to" : "to below") \(interval.highest.shortText)"
    case .text: "a text that is not empty"
    case .prose: "a text"
    case .name: "at most \(Self.maximumNameLength) letters, digits, \".\", \"_\" or \"-\", the first not \".\""
    case .choice(let words):
      words.count == 2 ? words.joined(separator: " or ") : "one of " + words.joined(separator: ", ")
    case .flag: "true or false"
    case .oneOrMore(let element): "\(element.summary), or a list of such"
    case .wordOrList(let word, let element): "\(word), or \(ValueType.list(element, minimumCount: 1).summary)"
    case .list(let element, let minimumCount):
      "a list of \(minimumCount) to \(Self.maximumCount) values, each \(element.summary)"
    }
  }

  /// The value in its canonical form.
  ///
  /// - Parameters:
  ///   - value: what was found.
  ///   - path: the key's dotted path, for the error.
  /// - Returns: the value, numbers in their shortest text.
  /// - Throws: `InputError` naming the place, the key, the value found and what was expected.
  func checked(_ value: JSONValue, path: String) throws -> JSONValue {
    func mismatch() -> InputError {
      InputError(at: value.place.description, "\(path) is \(value.excerpt)", expected: summary)
    }
    var result = value
    switch self {
    case .whole(let range):
      guard let number = value.integer, range.contains(number) else { throw mismatch() }
      result.content = .number(String(number))
    case .number(let interval):
      guard let number = value.number, interval.contains(number) else { throw mismatch() }
      result.content = .number(number.shortText)
    case .text:
      guard let text = value.text, !text.isEmpty, !text.contains("\0") else { throw mismatch() }
    case .prose:
      guard value.text != nil else { throw mismatch() }
    case .name:
      guard let text = value.text, Self.isName(text) else { throw mismatch() }
      guard !Self.isReadAsAnother(text) else {
        throw InputError(
          at: value.place.description,
          "\(path) is \(value.excerpt), which readers of CSV files take for something else",
          expected: "a name that is no number, no missing value and no truth value")
      }
    case .choice(let words):
      guard let text = value.text, words.contains(text) else {
        let near = value.text.flatMap { nearestName(to: $0, among: words) }.map { " (did you mean \($0)?)" } ?? ""
        throw InputError(at: value.place.description, "\(path) is \(value.excerpt)\(near)", expected: summary)
      }
    case .flag:
      guard value.flag != nil else { throw mismatch() }
    case .oneOrMore(let element):
      guard value.list != nil else { return try element.checked(value, path: path) }
      return try ValueType.list(element, minimumCount: 1).checked(value, path: path)
    case .wordOrList(let word, let element):
      if value.text == word { return value }
      guard value.list != nil else { throw mismatch() }
      return try ValueType.list(element, minimumCount: 1).checked(value, path: path)
    case .list(let element, let minimumCount):
      guard let values = value.list, (minimumCount...Self.maximumCount).contains(values.count) else { throw mismatch() }
      let elements = try values.enumerated().map { try element.checked($1, path: "\(path).\($0)") }
      var seen: Set<String> = []
      for item in elements where !seen.insert(item.excerpt).inserted {
        throw InputError(at: item.place.description, "\(path) holds \(item.excerpt) twice", expected: "each value once")
      }
      result.content = .list(elements)
    }
    return result
  }

  /// Whether pandas, left to its defaults, reads a column of such names as numbers, truth values or missing values.
  ///
  /// `none` in small letters is a name as any other, there and here.
  static func isReadAsAnother(_ text: String) -> Bool {
    Double(text) != nil
      || ["NA", "NULL", "null", "None", "TRUE", "True", "true", "FALSE", "False", "false"].contains(text)
  }

  static func isName(_ text: String) -> Bool {
    let letters = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-".utf8)
    return (1...maximumNameLength).contains(text.utf8.count) && !text.hasPrefix(".")
      && text.utf8.allSatisfy(letters.contains)
  }
}
