import Platform

/// The words of a generated corpus, by category, as read from a lexicon file.
///
/// `[category: form form …]` begins a category, whose words follow one a line, their forms separated by ` / `.
public struct ToyLexicon: Sendable {
  /// Words of one kind, with the same forms.
  struct Category: Sendable {
    let name: String
    /// The names of the forms; the first is the one printed unless another is asked for.
    let forms: [String]
    /// The forms of each word.
    var words: [[String]] = []
  }

  /// The categories by name.
  private(set) var categories: [String: Category] = [:]

  /// The lexicon in a file.
  ///
  /// - Throws: `InputError` if the file cannot be read, and as `init(parsing:name:)`.
  public static func load(path: String) throws -> ToyLexicon {
    try ToyLexicon(parsing: try Files.readText(path, as: "lexicon"), name: path)
  }

  /// Reads a lexicon.
  ///
  /// - Parameters:
  ///   - text: the text of the file.
  ///   - name: the file's name, for errors.
  /// - Throws: `InputError` with the line of a word outside categories, with too few or too many forms, or of a
  ///   category that is there already.
  public init(parsing text: String, name: String = "lexicon") throws {
    var current: String?
    for (number, line) in try SourceLine.lines(of: text, name: name) {
      let place = "\(name):\(number)"
      if line.hasPrefix("[") {
        let heading = try Self.category(line, place: place)
        guard categories[heading.name] == nil else {
          throw InputError(at: place, "category '\(heading.name)' occurs twice", expected: "each category once")
        }
        categories[heading.name] = heading
        current = heading.name
        continue
      }
      guard let current, let count = categories[current]?.forms.count else {
        throw InputError(at: place, "a word before any category", expected: "[category: form form ...]")
      }
      let forms = line.split(separator: "/", omittingEmptySubsequences: false).map { SourceLine.trim($0) }
      guard forms.count == count, !forms.contains("") else {
        throw InputError(
          at: place, "\(forms.count.counted("form")) in '\(line)'",
          expected: "\(count), as headed, with \" / \" between them")
      }
      categories[current]?.words.append(forms)
    }
  }

  private static func category(_ line: String, place: String) throws -> Category {
    let parts = line.dropFirst().dropLast().split(separator: ":", maxSplits: 1)
    guard line.hasSuffix("]"), let first = parts.first, !SourceLine.trim(first).isEmpty else {
      throw InputError(at: place, "'\(line)'", expected: "[category: form form ...]")
    }
    let forms = parts.count > 1 ? parts[1].split(separator: " ").map(String.init) : []
    return Category(name: SourceLine.trim(first), forms: forms.isEmpty ? ["plain"] : forms)
  }
}
