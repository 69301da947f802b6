import Platform

/// Reads one alternative of a grammar rule: a weight, then text with `{variables}` and `<calls>`.
struct AlternativeParser {
  private var rest: Substring
  private let line: Int
  private let file: String

  /// A parser of the text of one alternative.
  ///
  /// - Parameters:
  ///   - text: the alternative without white space around it.
  ///   - line: the number of its line, for errors.
  ///   - file: the name of its file, for errors.
  init(text: String, line: Int, file: String) {
    rest = text[...]
    self.line = line
    self.file = file
  }

  /// The whole alternative.
  mutating func alternative() throws -> ToyGrammar.Alternative {
    let weight = try weight()
    var parts: [ToyGrammar.Part] = []
    while !rest.isEmpty {
      let text = rest.prefix { $0 != "{" && $0 != "<" }
      if !text.isEmpty { parts.append(.text(String(text))) }
      rest = rest[text.endIndex...]
      guard let opening = rest.popFirst() else { break }
      parts.append(opening == "{" ? .variable(try variable(between("}"))) : try call(between(">")))
    }
    return ToyGrammar.Alternative(weight: weight, parts: parts)
  }

  private mutating func weight() throws -> Int {
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    guard !digits.isEmpty, rest[digits.endIndex...].hasPrefix("* ") else { return 1 }
    guard let weight = Int(digits), (1...1000).contains(weight) else {
      throw error("weight \(digits)", expected: "1 to 1000")
    }
    rest = rest[digits.endIndex...].dropFirst(2)
    return weight
  }

  private mutating func between(_ closing: Character) throws -> Substring {
    guard let end = rest.firstIndex(of: closing) else {
      throw error("'\(rest.prefix(20))' is not closed", expected: "a \(closing)")
    }
    defer { rest = rest[rest.index(after: end)...] }
    return rest[..<end]
  }

  private func call(_ inside: Substring) throws -> ToyGrammar.Part {
    let words = inside.split(separator: " ").map(String.init)
    guard let rule = words.first else { throw error("<>", expected: "<rule variable ...>") }
    return .call(rule: rule, arguments: Array(words.dropFirst()), line: line)
  }

  /// Reads `!name:category*3.form operation …`.
  private func variable(_ inside: Substring) throws -> ToyGrammar.Variable {
    let usage = "{name}, {name:category*3}, {name.form operation ...}"
    var variable = ToyGrammar.Variable(line: line)
    variable.isSilent = inside.hasPrefix("!")
    let words = inside.drop { $0 == "!" }.split(separator: " ")
    guard let head = words.first else { throw error("{\(inside)}", expected: usage) }
    let source = head.prefix { $0 != "." }
    let names = source.split(separator: ":", omittingEmptySubsequences: false)
    guard (1...2).contains(names.count), !names.contains("") else { throw error("{\(inside)}", expected: usage) }
    variable.name = String(names[0])
    if names.count == 2 { variable.draw = try draw(names[1]) }
    if source.endIndex < head.endIndex {
      let form = head[source.endIndex...].dropFirst()
      guard !form.isEmpty, form != "@" else { throw error("{\(inside)}", expected: usage) }
      variable.form =
        switch form {
        case "a": .article
        case _ where form.hasPrefix("@"): .namedBy(variable: String(form.dropFirst()))
        default: .named(String(form))
        }
    }
    variable.operations = try words.dropFirst().map { word in
      guard let operation = ToyGrammar.Operation(word) else {
        throw error(
          "'\(word)' in {\(inside)}",
          expected: "a number, last, but-last, reversed, sorted, next, previous or commas")
      }
      return operation
    }
    return variable
  }

  /// Reads `category`, `category*3`, `category*3-5` or `category~4`.
  private func draw(_ text: Substring) throws -> ToyGrammar.Draw {
    let category = text.prefix { $0 != "*" && $0 != "~" }
    let count = text[category.endIndex...]
    guard !count.isEmpty else { return ToyGrammar.Draw(category: String(category), count: 1...1, isRun: false) }
    let bounds = count.dropFirst().split(separator: "-", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    guard (1...2).contains(bounds.count), bounds[0] > 0, bounds[0] <= bounds[bounds.count - 1] else {
      throw error("'\(text)'", expected: "category*3, category*3-5 or category~4")
    }
    return ToyGrammar.Draw(
      category: String(category), count: bounds[0]...bounds[bounds.count - 1], isRun: count.hasPrefix("~"))
  }

  private func error(_ problem: String, expected: String) -> InputError {
    InputError(at: "\(file):\(line)", problem, expected: expected)
  }
}
