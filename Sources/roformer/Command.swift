/// A command of the program: what it takes, and what it does.
struct Command: Sendable {
  /// What is typed.
  let name: String
  /// What it does, in a line.
  let summary: String
  /// What its words are, in order; all must be given.
  let operands: [String]
  /// Words that may follow them.
  var optionalOperands: [String] = []
  /// Whether there may be any number of words in the last one's place.
  var repeatsLastOperand = false
  /// Its options.
  let options: [Option]
  /// More help, if any.
  var details: @Sendable () -> String = { "" }
  /// Does it; returns the exit code.
  let run: @Sendable (Arguments, Program) throws -> Int32

  /// An option of a command.
  struct Option: Sendable {
    /// What is typed, with its hyphens.
    let name: String
    /// What its value is called; `nil` for an option without one.
    var value: String?
    /// Whether it may be given without its value.
    var isValueOptional = false
    /// Whether it may be given more than once.
    var isRepeated = false
    /// What it does, in a line.
    let summary: String

    fileprivate var usage: String { name + (value.map { isValueOptional ? " [\($0)]" : " \($0)" } ?? "") }
  }

  /// The line that shows how it is called.
  var usage: String {
    let options = options.map { "[\($0.usage)\($0.isRepeated ? " …" : "")]" }
    return (["roformer", name] + operands + optionalOperands.map { "[\($0)]" } + options).joined(separator: " ")
  }

  /// What `help` prints of it.
  var help: String {
    let width = options.map(\.usage.count).max() ?? 0
    let lines = options.map { option in
      "  \(option.usage)\(String(repeating: " ", count: width - option.usage.count))  \(option.summary)"
    }
    let parts = [usage, summary + ".", lines.joined(separator: "\n"), details()]
    return parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
  }
}
