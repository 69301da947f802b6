/// A fault of the outside world (a file, a flag, a key of an experiment file), told in one line.
///
/// The command line prints `description` and exits with code 2. Mistakes of the program itself are preconditions.
public struct InputError: Error, CustomStringConvertible, Equatable {
  /// What was wrong, where, and what was expected, in one line.
  public let description: String

  /// An error that reads `place: problem; expected …`.
  ///
  /// - Parameters:
  ///   - place: the file, `file:line`, key or option; a blank one is shown in quotation marks.
  ///   - problem: what was found there.
  ///   - expected: what would have been right, if that is not obvious from the problem.
  public init(at place: String, _ problem: String, expected: String? = nil) {
    let shown = place.allSatisfy(\.isWhitespace) ? place.quoted : place
    let text = "\(shown): \(problem)" + (expected.map { "; expected \($0)" } ?? "")
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    // What was typed or read may hold what a terminal would obey.
    let isPlain = line.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    description = isPlain ? line : String(line.quoted.dropFirst().dropLast())
  }
}
