import Experiments
import Foundation
import Platform
import TestSupport
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
  private static let smallExperiment = Data(
    #"{"name": "x", "corpus": "c.txt", "arms": [{"name": "r", "position": "rotary"}]}"#.utf8)

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
    (["trian"], "trian: unknown command (did you mean run?)"), (["xyzzy"], "xyzzy: unknown command; expected run"),
    (["help", "reprot"], #"help: no command "reprot" (did you mean report?)"#),
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
    (["report", "/no\u{1b}[2J\"such"], #"/no\u001b[2J\"such: no such folder"#),
    (["report", "\n "], #""\n ": no such folder"#), ([""], #""": unknown command; expected run, report"#),
    (["run", ""], "run: EXPERIMENT.json is empty; expected roformer run EXPERIMENT.json"),
    (["export", "a", ""], "export: DIR is empty; expected roformer export RUN DIR"),
    (["fill", "a", ""], "fill: TEXT is empty"), (["bench", ""], "bench: gemm|attention|step|all is empty"),
    (["help", ""], #"help: no command """#),
    (["help", "run", "report"], #"help: "report" is one word too many; expected roformer help [COMMAND]"#),
    (["--version", "x"], #"--version: "x" is one word too many"#),
  ])
  func badUsageIsOneLineAndExitCodeTwo(arguments: [String], start: String) {
    let ending = Ending(arguments)
    #expect(ending.code == 2)
    #expect(ending.errors.hasPrefix("roformer: " + start), "\(ending.errors)")
    #expect(ending.errors.split(whereSeparator: \.isNewline).count == 1)
  }

  @Test func aFileIsNoExperimentsFolder() throws {
    let folder = try TemporaryFolder()
    let file = try folder.file("plain", Data("x".utf8))
    let experiment = try folder.file("x.json", Self.smallExperiment)
    for words in [
      ["report", file], ["report", file + "/"], ["run", experiment, "--out", file],
      ["import", file, folder.path + "/y"],
      ["run", experiment, "--out", file + "/z"], ["run", experiment, "--out", file, "--status"],
      ["positions", PackageFile.fixture("huggingface/bert"), "--out", file],
    ] {
      let ending = Ending(words)
      let faults = ending.errors.split(separator: "\n").filter { !$0.hasPrefix("roformer: note:") }
      #expect(ending.code == 2 && faults == ["roformer: \(file): is a file, not a folder"], "\(words) \(faults)")
    }
    #expect(try Files.readText(file, as: "text") == "x")
  }

  /// A grammar that there is not would be said otherwise.
  @Test func aCorpusThatCannotBeWrittenIsRefusedBeforeAnythingIsRead() throws {
    let folder = try TemporaryFolder()
    let ending = Ending("corpus", "--out", folder.path, "--grammar", "/no/such")
    #expect(ending.code == 2 && ending.errors == "roformer: \(folder.path): is a folder, not a file")
  }

  @Test(.enabled(if: Files.exists("/dev/full"))) func aFullDiskBehindOutputIsALine() async throws {
    let ending = await #expect(processExitsWith: .exitCode(2), observing: [\.standardErrorContent]) {
      dup2(open("/dev/full", O_WRONLY), STDOUT_FILENO)
      exit(Program().run(["help"]))
    }
    let text = String(decoding: try #require(ending).standardErrorContent, as: UTF8.self)
    #expect(text == "roformer: standard output: cannot be written (No space left on device)\n")
    await #expect(processExitsWith: .exitCode(2)) {
      dup2(open("/dev/full", O_WRONLY), STDERR_FILENO)
      exit(Program().run(["rnu"]))
    }
  }

  @Test func closedStreamsAreNoFilesPlace() async {
    await #expect(processExitsWith: .success) {
      close(STDIN_FILENO)
      close(STDOUT_FILENO)
      StandardStreams.open()
      let file = open("/dev/null", O_RDONLY)
      exit(file > STDERR_FILENO && Program().run(["help"]) == 0 ? 0 : 1)
    }
  }

  @Test(arguments: ["0", "-1", "two", "99999999999999999999", "1.5"]) func nonsenseThreadsAreRefused(count: String)
    throws
  {
    let folder = try TemporaryFolder()
    let path = try folder.file("x.json", Self.smallExperiment)
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
