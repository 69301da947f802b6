import Platform

/// A grammar whose expansions are short documents, as read from a grammar file.
///
/// Rules have alternatives; words are drawn from a lexicon, bound to variables and printed again in other forms and
/// orders. `data/toy-grammar.txt` begins with a description of the format.
public struct ToyGrammar: Sendable {
  /// A named list of alternatives.
  struct Rule: Sendable {
    let name: String
    let parameters: [String]
    var alternatives: [Alternative] = []
  }

  /// One way to expand a rule.
  struct Alternative: Sendable {
    let weight: Int
    let parts: [Part]
  }

  /// A piece of an alternative.
  enum Part: Sendable {
    /// Text as it is.
    case text(String)
    /// A word drawn or printed again.
    case variable(Variable)
    /// The expansion of another rule, its parameters bound to the caller's variables.
    case call(rule: String, arguments: [String], line: Int)
  }

  /// What stands between braces.
  struct Variable: Sendable {
    var name = ""
    var isSilent = false
    var draw: Draw?
    var form: Form = .first
    var operations: [Operation] = []
    var line = 0
  }

  /// Where new words come from.
  struct Draw: Sendable {
    let category: String
    let count: ClosedRange<Int>
    /// Whether the words are neighbours in the lexicon.
    let isRun: Bool
  }

  /// Which form of a word is printed.
  enum Form: Sendable {
    /// The first one.
    case first
    /// The first one with "a" or "an" before it.
    case article
    /// The one with this name.
    case named(String)
    /// The one that another variable's word names.
    case namedBy(variable: String)
  }

  /// What is done to a list of words before it is printed.
  enum Operation: Sendable {
    case element(Int)
    case last
    case butLast
    case reversed
    case sorted
    case next
    case previous
    case commas

    /// The operation of that name, or of a number from 1 on.
    init?(_ name: Substring) {
      switch name {
      case "last": self = .last
      case "but-last": self = .butLast
      case "reversed": self = .reversed
      case "sorted": self = .sorted
      case "next": self = .next
      case "previous": self = .previous
      case "commas": self = .commas
      default:
        guard let number = Int(name), number > 0 else { return nil }
        self = .element(number)
      }
    }
  }

  /// The rules by name.
  private(set) var rules: [String: Rule] = [:]

  /// The rule that documents are expansions of: the first of the file.
  let start: String

  /// The file's name, for errors.
  let name: String

  /// The grammar in a file.
  ///
  /// - Throws: `InputError` if the file cannot be read, and as `init(parsing:name:)`.
  public static func load(path: String) throws -> ToyGrammar {
    try ToyGrammar(parsing: try Files.readText(path, as: "grammar"), name: path)
  }

  /// Reads a grammar.
  ///
  /// - Parameters:
  ///   - text: the text of the file.
  ///   - name: the file's name, for errors.
  /// - Throws: `InputError` with the line that breaks the format, or calls a rule that is not there.
  public init(parsing text: String, name: String = "grammar") throws {
    self.name = name
    var current: String?
    var first: String?
    for (number, line) in try Self.joinedLines(of: text, name: name) {
      let place = "\(name):\(number)"
      if line.first?.isWhitespace != true {
        let rule = try Self.heading(line, place: place)
        guard rules[rule.name] == nil else {
          throw InputError(at: place, "rule '\(rule.name)' occurs twice", expected: "each rule once")
        }
        rules[rule.name] = rule
        current = rule.name
        first = first ?? rule.name
      } else {
        guard let current else {
          throw InputError(at: place, "an alternative before any rule", expected: "\"name parameter ...:\"")
        }
        var parser = AlternativeParser(text: SourceLine.trim(line), line: number, file: name)
        rules[current]?.alternatives.append(try parser.alternative())
      }
    }
    guard let first else { throw InputError(at: name, "holds no rules", expected: "\"name parameter ...:\"") }
    start = first
    try checkCalls()
  }

  /// Lines, with those that end in a backslash joined to the next.
  private static func joinedLines(of text: String, name: String) throws -> [(number: Int, line: String)] {
    var joined: [(number: Int, line: String)] = []
    var open: (number: Int, line: String)?
    for (number, line) in try SourceLine.lines(of: text, name: name) {
      let whole = (number: open?.number ?? number, line: open.map { $0.line + SourceLine.trim(line) } ?? line)
      try SourceLine.check(length: whole.line.utf8.count, at: "\(name):\(whole.number)")
      if line.hasSuffix("\\") {
        open = (whole.number, String(whole.line.dropLast()))
      } else {
        joined.append(whole)
        open = nil
      }
    }
    if let open { throw InputError(at: "\(name):\(open.number)", "ends with \\", expected: "a line that goes on") }
    return joined
  }

  private static func heading(_ line: String, place: String) throws -> Rule {
    let words = line.dropLast().split(separator: " ").map(String.init)
    guard line.hasSuffix(":"), let name = words.first else {
      throw InputError(at: place, "'\(line)'", expected: "\"name parameter ...:\", or an indented alternative")
    }
    return Rule(name: name, parameters: Array(words.dropFirst()))
  }

  private func checkCalls() throws {
    for rule in rules.values.sorted(by: { $0.name < $1.name }) {
      guard !rule.alternatives.isEmpty else {
        throw InputError(at: name, "rule '\(rule.name)' is empty", expected: "an indented alternative under it")
      }
      for case .call(let callee, let arguments, let line) in rule.alternatives.flatMap(\.parts) {
        guard let target = rules[callee] else {
          let near = nearestName(to: callee, among: rules.keys.sorted())
          throw InputError(at: "\(name):\(line)", "no rule '\(callee)'", expected: near.map { "perhaps '\($0)'" })
        }
        guard target.parameters.count == arguments.count else {
          throw InputError(
            at: "\(name):\(line)", "\(arguments.count.counted("variable")) for '\(callee)'",
            expected: "\(target.parameters.count)")
        }
      }
    }
  }
}
