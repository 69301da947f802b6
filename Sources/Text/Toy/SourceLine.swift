import Platform

/// A line of a lexicon or grammar file that says something.
enum SourceLine {
  /// The longest line, in bytes.
  ///
  /// Swift takes time quadratic in a run of combining marks to compare characters.
  static let maximumLength = 4096

  /// The lines of a text, white space at their ends removed, without blank ones and comments (`#`).
  ///
  /// - Throws: `InputError` for a line that is too long.
  static func lines(of text: String, name: String) throws -> [(number: Int, line: String)] {
    try text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
      .map { index, line in
        try check(length: line.count, at: "\(name):\(index + 1)")
        return (number: index + 1, line: trimEnd(Substring(line)))
      }
      .filter { !trim($0.line).isEmpty && !$0.line.hasPrefix("#") }
  }

  /// Refuses a line that is too long.
  static func check(length: Int, at place: String) throws {
    guard length <= maximumLength else {
      throw InputError(at: place, "a line of \(length.counted("byte"))", expected: "at most \(maximumLength)")
    }
  }

  /// The text without white space around it.
  static func trim(_ text: some StringProtocol) -> String {
    trimEnd(text.drop { $0.isWhitespace })
  }

  private static func trimEnd(_ text: some StringProtocol) -> String {
    var text = text[...]
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
