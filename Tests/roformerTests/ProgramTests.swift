import Experiments
import Foundation
import Platform
import Testing

@testable import roformer

/// What the program printed, and its exit code.
struct Ending {
  var code: Int32
  var output: String
  var errors: String

  init(_ arguments: String..., input: String = "") {
    self.init(arguments, input: input)
  }

  init(_ arguments: [String], input: String = "") {
    // The closures of `Program` do not leave the call.
    final class Lines { var texts: [String] = [] }
    let (output, errors) = (Lines(), Lines())
    code = Program(
      output: { output.texts.append($0) }, errors: { errors.texts.append($0) }, input: { Data(input.utf8) }
    ).run(arguments)
    self.output = output.texts.joined(separator: "\n")
    self.errors = errors.texts.joined(separator: "\n")
  }
}

struct ProgramTests {
  @Test func versionAndHelpArePrinted() {
    #expect(Ending("--version").output == "roformer \(BuildInformation.version) (\(BuildInformation.target))")
    #expect(Ending("help").output.contains("report"))
    #expect(Ending("help", "run").output.contains("training.steps"))
    #expect(Ending("run", "--help").output == Ending("help", "run").output)
    #expect(Ending("help").code == 0)
  }

  @Test(arguments: [
    ([], "no command: nothing to do"), (["rnu"], "rnu: unknown command (did you mean run?)"),
    (["--vresion"], "--vresion: unknown option (did you mean --version?)"),
    (["help", "reprot"], "help: no command reprot (did you mean report?)"),
    (["run"], "run: EXPERIMENT.json is missing; expected roformer run EXPERIMENT.json [--out DIR]"),
    (["run", "a", "b"], "run: \"b\" is one word too many"),
    (["run", "a", "--stet", "b"], "--stet: unknown option of run (did you mean --set?)"),
    (["run", "a", "--set"], "--set: its value is missing; expected KEY=VALUE"),
    (["run", "a", "--out", "--quiet"], "--out: its value is missing; expected DIR"),
    (["run", "a", "--out="], "--out: its value is missing"), (["run", "a", "--quiet=1"], "--quiet: takes no value"),
    (["run", "a", "--out", "x", "--out", "y"], "--out: given twice"),
    (["run", "/no/such.json"], "/no/such.json: no such file; expected an experiment file"),
    (["run", "/no/such.json", "--set", "a"], "/no/such.json: no such file"),
    (["report", "/no/such"], "/no/such: no such folder"), (["report"], "report: DIR is missing"),
    (["report", "/no\r\nsuch"], "/no such: no such folder"),
  ])
  func badUsageIsOneLineAndExitCodeTwo(arguments: [String], start: String) {
    final class Lines { var texts: [String] = [] }
    let lines = Lines()
    let code = Program(output: { _ in }, errors: { lines.texts.append($0) }).run(arguments)
    #expect(code == 2)
    #expect(lines.texts.count == 1)
    #expect(lines.texts.first?.hasPrefix("roformer: " + start) == true, "\(lines.texts)")
    #expect(lines.texts.first?.split(whereSeparator: \.isNewline).count == 1)
  }

  @Test(arguments: ["0", "-1", "two", "99999999999999999999", "1.5"]) func nonsenseThreadsAreRefused(count: String)
    throws
  {
    let path = NSTemporaryDirectory() + "roformer-\(UUID().uuidString).json"
    let text = #"{"name": "x", "corpus": "c.txt", "arms": [{"name": "r", "position": "rotary"}]}"#
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: path) }
    for option in ["--threads", "--only"] where option == "--threads" || count != "0" {
      let ending = Ending("run", path, "\(option)=\(count)")
      #expect(ending.code == 2)
      #expect(ending.errors.hasPrefix("roformer: \(option): \"\(count)\"; expected a whole number from"))
    }
  }
}

struct ArgumentsTests {
  @Test func optionsStandAnywhereAndInBothForms() throws {
    let words = ["--set", "a=1", "file", "--set=b=2", "--quiet", "--threads", "3"]
    let arguments = try Arguments(words, for: runCommand)
    #expect(arguments.operands == ["file"])
    #expect(arguments.values("--set") == ["a=1", "b=2"])
    #expect(arguments.has("--quiet"))
    #expect(try arguments.integer("--threads", in: 1...4) == 3)
    #expect(arguments.value("--out") == nil)
    #expect(try Arguments(["--", "--quiet"], for: runCommand).operands == ["--quiet"])
  }
}
