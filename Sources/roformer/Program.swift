import Formats
import Experiments
import Foundation
import Platform

/// The program: picks a command, runs it, and says in one line what went wrong.
struct Program {
  /// The commands, in the order of the help.
  static let commands: [Command] = [
    runCommand, reportCommand, fillCommand, evaluateCommand, positionsCommand, tokenizeCommand, exportCommand,
    importCommand,
    gradcheckCommand, benchCommand,
    corpusCommand,
  ]

  /// Takes the lines of standard output; where that cannot be written, the program is of no more use.
  var output: (String) -> Void = { line in
    do {
      try StandardStreams.write(line + "\n")
    } catch {
      StandardStreams.writeError("roformer: \(error)\n")
      exit(ExitCode.badInput)
    }
  }
  /// Takes the lines of standard error.
  var errors: (String) -> Void = { StandardStreams.writeError($0 + "\n") }

  /// Gives all of standard input.
  var input: () throws -> Data = StandardStreams.read

  /// The text of standard input.
  ///
  /// - Throws: `InputError` if it is not UTF-8.
  func readInput() throws -> String {
    guard let text = String(validating: try input(), as: UTF8.self) else {
      throw InputError(at: "standard input", "is not UTF-8 text")
    }
    return text
  }

  /// Runs the program.
  ///
  /// - Parameter arguments: the words after the program's name.
  /// - Returns: the exit code, one of `ExitCode`.
  func run(_ arguments: [String]) -> Int32 {
    do {
      return try dispatch(arguments)
    } catch {
      let text = "\(error)".split(whereSeparator: \.isNewline).joined(separator: " ")
      errors("roformer: \(text)")
      return ExitCode.badInput
    }
  }

  private func dispatch(_ arguments: [String]) throws -> Int32 {
    guard let first = arguments.first else {
      throw InputError(at: "no command", "nothing to do", expected: "\(names.joined(separator: ", ")), or --version")
    }
    let rest = Array(arguments.dropFirst())
    switch first {
    case "--version":
      try allowNothing(in: rest, after: "--version")
      output("roformer \(BuildInformation.version) (\(BuildInformation.target))")
      return ExitCode.done
    case "help", "--help", "-h": return try help(rest)
    default: break
    }
    guard let command = Self.commands.first(where: { $0.name == first }) else {
      let near = nearestName(to: first, among: names + ["--version"], meanings: Self.meanings)
      let kind = first.hasPrefix("-") ? "option" : "command"
      throw InputError(
        at: first, "unknown \(kind)" + (near.map { " (did you mean \($0)?)" } ?? ""),
        expected: "\(names.joined(separator: ", ")), or --version")
    }
    if rest.prefix(while: { $0 != "--" }).contains(where: { $0 == "--help" || $0 == "-h" }) {
      output(command.help)
      return ExitCode.done
    }
    return try command.run(Arguments(rest, for: command), self)
  }

  private func allowNothing(in words: some Collection<String>, after name: String) throws {
    guard let word = words.first else { return }
    let usage = name == "help" ? "roformer help [COMMAND]" : "roformer \(name)"
    throw InputError(at: name, "\(word.quoted) is one word too many", expected: usage)
  }

  /// Words of other programs for what a command does.
  private static let meanings: KeyValuePairs = [
    "train": "run", "fit": "run", "start": "run", "resume": "run", "continue": "run", "pretrain": "run",
    "plot": "report", "summarize": "report", "table": "report", "predict": "fill", "mask": "fill", "test": "evaluate",
    "perplexity": "evaluate", "encode": "tokenize", "convert": "export", "gradients": "gradcheck", "load": "import",
    "generate": "corpus", "speed": "bench", "time": "bench",
  ]

  private var names: [String] { Self.commands.map(\.name) + ["help"] }

  private func help(_ topics: [String]) throws -> Int32 {
    guard let topic = topics.first else {
      output(overview)
      return ExitCode.done
    }
    try allowNothing(in: topics.dropFirst(), after: "help")
    guard let command = Self.commands.first(where: { $0.name == topic }) else {
      let near = nearestName(to: topic, among: names, meanings: Self.meanings).map { " (did you mean \($0)?)" } ?? ""
      throw InputError(
        at: "help", "no command \(topic.quoted)\(near)", expected: names.joined(separator: ", "))
    }
    output(command.help)
    return ExitCode.done
  }

  private var overview: String {
    let width = names.map(\.count).max() ?? 0
    let lines = Self.commands.map { ($0.name, $0.summary) } + [("help", "Say what a command takes: roformer help run")]
    let table = lines.map { name, summary in
      "  \(name)\(String(repeating: " ", count: width - name.count))  \(summary)"
    }
    return """
      roformer trains small BERT-style encoders that differ in their position encoding alone, and says how many
      fewer steps one needs than another.

      \(table.joined(separator: "\n"))

      Exit codes: 0 done; 1 a check failed or a run diverged; 2 bad usage or input; 75 interrupted, to be resumed.
      """
  }
}

/// How the program ends.
enum ExitCode {
  /// All went well.
  static let done: Int32 = 0
  /// A check failed or a run diverged.
  static let failed: Int32 = 1
  /// Bad usage or bad input; nothing was lost.
  static let badInput: Int32 = 2
  /// Interrupted; the same command goes on (`EX_TEMPFAIL`).
  static let interrupted: Int32 = 75
}
