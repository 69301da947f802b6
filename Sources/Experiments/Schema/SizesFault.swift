import Formats
import Platform

extension InputError {
  /// An error for sizes of an arm that are too large together.
  ///
  /// It stands where the size that a person is most likely to have in mind was given: on the command line, or else in the
  /// file; each size is named with where it comes from.
  ///
  /// - Parameters:
  ///   - arm: the arm's path, such as `arms.NAME`.
  ///   - problem: what the sizes make, as in `makes 32000000 tokens a step`.
  ///   - sizes: their keys and values.
  ///   - expected: what would have been right.
  /// - Returns: the error.
  static func sizes(
    of arm: String, _ problem: String, _ sizes: [(key: String, value: JSONValue)], expected: String
  ) -> InputError {
    func rank(_ place: JSONValue.Place) -> Int {
      if place.source == JSONValue.Place.program.source { return 2 }
      return place.line == nil ? 0 : 1
    }
    let places = sizes.map(\.value.place)
    let place = places.first { rank($0) == 0 } ?? places.first { rank($0) == 1 }
    let parts = sizes.map { "\($0.key) \($0.value.excerpt) (\($0.value.place))" }
    let list = parts.dropLast().joined(separator: ", ") + " and " + parts[parts.count - 1]
    let text = "\(problem), from \(list)"
    return place.map { InputError(at: $0.description, "\(arm) \(text)", expected: expected) }
      ?? InputError(at: arm, text, expected: expected)
  }
}
