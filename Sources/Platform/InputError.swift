/// A fault of the outside world (a file, a flag, a key of an experiment file), told in one line.
///
/// The command line prints `description` and exits with code 2. Mistakes of the program itself are preconditions.
public struct InputError: Error, CustomStringConvertible, Equatable {
  /// What was wrong, where, and what was expected, in one line.
  public let description: String

  /// An error that reads `place: problem; expected …`.
  ///
  /// - Parameters:
  ///   - place: the file, `file:line`, key or option.
  ///   - problem: what was found there.
  ///   - expected: what would have been right, if that is not obvious from the problem.
  public init(at place: String, _ problem: String, expected: String? = nil) {
    let text = "\(place): \(problem)" + (expected.map { "; expected \($0)" } ?? "")
    description = text.split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}
