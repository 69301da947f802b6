import Platform

/// The words of a command line, sorted into operands and options.
struct Arguments {
  /// The operands, as many as the command takes.
  private(set) var operands: [String] = []
  private var values: [String: [String]] = [:]

  /// Sorts the words after a command's name.
  ///
  /// Options stand before, between or after operands, as `--name VALUE` or `--name=VALUE`; `--` ends them.
  ///
  /// - Throws: `InputError` for an unknown option, a missing or superfluous value, operand or repetition.
  init(_ words: [String], for command: Command) throws {
    var rest = words[...]
    var onlyOperands = false
    while let word = rest.popFirst() {
      if onlyOperands || !word.hasPrefix("-") || word == "-" {
        operands.append(word)
      } else if word == "--" {
        onlyOperands = true
      } else {
        try takeOption(word, rest: &rest, of: command)
      }
    }
    if operands.count < command.operands.count {
      throw InputError(at: command.name, "\(command.operands[operands.count]) is missing", expected: command.usage)
    }
    // A variable of a script that is not set makes one; an empty path would mean the root folder to some.
    let all = command.operands + command.optionalOperands
    if let empty = operands.firstIndex(where: \.isEmpty), empty < all.count || command.repeatsLastOperand {
      throw InputError(at: command.name, "\(all[min(empty, all.count - 1)]) is empty", expected: command.usage)
    }
    let most = command.operands.count + command.optionalOperands.count
    if operands.count > most, !command.repeatsLastOperand {
      throw InputError(
        at: command.name, "\"\(operands[most])\" is one word too many", expected: command.usage)
    }
  }

  private mutating func takeOption(_ word: String, rest: inout ArraySlice<String>, of command: Command) throws {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let name = parts[0]
    guard let option = command.options.first(where: { $0.name == name }) else {
      let names = command.options.map(\.name)
      let near = nearestName(to: name, among: names).map { " (did you mean \($0)?)" } ?? ""
      throw InputError(at: name, "unknown option of \(command.name)\(near)", expected: names.joined(separator: ", "))
    }
    if values[name] != nil, !option.isRepeated { throw InputError(at: name, "given twice") }
    guard let valueName = option.value else {
      if parts.count > 1 { throw InputError(at: name, "takes no value, found \"\(parts[1])\"") }
      values[name] = []
      return
    }
    var value: String? = parts.count > 1 ? parts[1] : nil
    if parts.count == 1, let next = rest.first, !next.hasPrefix("--") { value = rest.popFirst() }
    if value == nil, option.isValueOptional {
      values[name] = []
      return
    }
    guard let value, !value.isEmpty else { throw InputError(at: name, "its value is missing", expected: valueName) }
    values[name, default: []].append(value)
  }

  /// Whether an option was given.
  func has(_ name: String) -> Bool { values[name] != nil }

  /// The value of an option; `nil` if it was not given.
  func value(_ name: String) -> String? { values[name]?.last }

  /// All values of an option that may be repeated.
  func values(_ name: String) -> [String] { values[name] ?? [] }

  /// The value of an option as a whole number; `nil` if it was not given.
  ///
  /// - Throws: `InputError` for anything else, or a number outside `range`.
  func integer(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
    guard let text = value(name) else { return nil }
    guard let number = Int(text), range.contains(number) else {
      throw InputError(
        at: name, "\"\(text)\"", expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }
}
