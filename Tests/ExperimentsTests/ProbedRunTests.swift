import Curves
import Formats
import Foundation
import Platform
import Reports
import TestSupport
import Testing
import Training

@testable import Experiments

/// Experiments whose encoders are looked into, from the file to `probes.csv`; serialized, since whole experiments run.
@Suite(.serialized)
struct ProbedRunTests {
  private struct Workspace {
    private let home: TemporaryFolder
    let file: String

    init() throws {
      home = try TemporaryFolder()
      let documents = (0..<60).map { number in
        "the \(["cat", "dog", "fox"][number % 3]) of house \(number) saw the bird and ran home to sleep by the fire"
      }
      let corpus = try home.file("corpus.txt", Data(documents.joined(separator: "\n\n").utf8))
      let experiment = """
        {"name": "small", "corpus": "\(corpus)", "tokenizer": {"vocabularySize": 90},
         "model": {"layers": 2, "hiddenSize": 16, "heads": 2},
         "arms": [{"name": "none", "position": "none"}, {"name": "rotary", "position": "rotary"}],
         "seeds": [0, 3], "targetLosses": [4.2], "probes": {"interval": 4},
         "training": {"steps": 10, "batchSize": 4, "sequenceLength": 12, "warmupSteps": 2, "validationInterval": 2,
                      "checkpointInterval": 3}}
        """
      file = try home.file("small.json", Data(experiment.utf8))
    }

    func experiment(_ settings: [String] = []) throws -> Experiment { try Experiment(file: file, settings: settings) }
    func out(_ name: String) -> String { home.path + "/" + name }
    func text(_ path: String) throws -> String { try Files.readText(out(path), as: "a result") }

    @discardableResult
    func run(_ name: String, _ settings: [String] = []) throws -> RunOutcome {
      try Experiments.run(experiment(settings), in: out(name), ChosenRuns())
    }

    /// The rows of `curves.csv` without the seconds.
    func curves(_ name: String) throws -> [String] {
      try text(name + "/curves.csv").split(separator: "\n").map { line in
        var fields = line.split(separator: ",", omittingEmptySubsequences: false)
        fields.remove(at: 7)
        return fields.joined(separator: ",")
      }
    }
  }

  @Test func everyRunIsLookedInto() throws {
    let workspace = try Workspace()
    #expect(try workspace.run("a") == .finished)
    let rows = try ProbeFile.read(workspace.out("a/probes.csv"))
    #expect(Set(rows.map { "\($0.run.arm) \($0.run.seed)" }) == ["none 0", "none 3", "rotary 0", "rotary 3"])
    #expect(Set(rows.map(\.step)) == [0, 4, 8, 10])
    #expect(Set(rows.map(\.found.probe)) == Set(EncoderProbes.names))
    func separations(_ arm: String) -> [Double] {
      rows.filter { $0.run.arm == arm && $0.found.probe == "mask-separation" }.map(\.found.value)
    }
    #expect(separations("none").count == 8 && separations("none").allSatisfy { $0 < 1e-10 })
    #expect(try #require(separations("rotary").min()) > 100 * #require(separations("none").max()))
    #expect(try workspace.run("a") == .alreadyDone)

    // Without probes: the same curves, and no such file.
    try workspace.run("plain", ["probes=null"])
    #expect(try workspace.curves("plain") == workspace.curves("a"))
    #expect(!Files.exists(workspace.out("plain/probes.csv")))
    #expect(
      try RunFolder(of: workspace.experiment().cells[0], in: workspace.out("a")).status?.finalWeights
        == RunFolder(of: workspace.experiment().cells[0], in: workspace.out("plain")).status?.finalWeights)
  }

  @Test func someKindsAlone() throws {
    let workspace = try Workspace()
    try workspace.run("a", [#"probes.kinds=["order-gap","neighbour-mass"]"#, "seeds=[0]"])
    let rows = try ProbeFile.read(workspace.out("a/probes.csv"))
    #expect(Set(rows.map(\.found.probe)) == ["order-gap", "neighbour-mass"])
    // Rows by run, then by step.
    #expect(rows.map(\.run.arm) == rows.map(\.run.arm).sorted())
    let error = #expect(throws: InputError.self) { try workspace.run("a", ["seeds=[0]"]) }
    #expect(error?.description.contains("probes.kinds is ") == true)
  }

  /// A table that was cut off or lost is made whole from the checkpoint; one of a killed run is what a whole run's is.
  @Test func aTableThatWasCutIsMadeWhole() throws {
    let workspace = try Workspace()
    try workspace.run("a")
    let whole = try workspace.text("a/probes.csv")
    let own = workspace.out("a/runs/rotary-lr0.001-seed3/probes.csv")
    let table = try Files.readText(own, as: "a result")
    try Files.write(String(table.prefix(table.count / 2)), to: own)
    #expect(try workspace.run("a") == .finished)
    #expect(try Files.readText(own, as: "a result") == table)
    try FileManager.default.removeItem(atPath: own)
    try FileManager.default.removeItem(atPath: workspace.out("a/probes.csv"))
    #expect(try workspace.run("a") == .finished)
    #expect(try workspace.text("a/probes.csv") == whole)
  }

  /// A folder that was published has one table of all runs, and is reported from it.
  @Test func aPublishedFolderKeepsItsTable() throws {
    let workspace = try Workspace()
    try workspace.run("a")
    let whole = try workspace.text("a/probes.csv")
    for cell in try workspace.experiment().cells {
      let files = RunFolder(of: cell, in: workspace.out("a"))
      for path in [files.probes, files.curve] { try FileManager.default.removeItem(atPath: path) }
    }
    #expect(try workspace.run("a") == .alreadyDone)
    _ = try Report.make(in: workspace.out("a"))
    #expect(try workspace.text("a/probes.csv") == whole)
  }

  /// The runs that tune are not looked into, nor those of one budget.
  @Test func theEvaluationAloneIsLookedInto() throws {
    var tree = try JSONValue.parse(staged, source: "x.json")
    tree = try Overrides.apply("probes.interval=20", to: tree)
    let experiment = try Experiment(tree)
    #expect(experiment.probes?.kinds == EncoderProbes.names)
    #expect(try experiment.tuningGrid([0.001, 0.002]).cells.allSatisfy { $0.probes == nil })
  }

  @Test(arguments: [
    ("probes.interval=3", "probes.interval is 3; expected a multiple of none's validationInterval, 2"),
    ("probes.interval=0", "probes.interval is 0; expected a whole number from 1 to "),
    (#"probes.kinds=["order"]"#, #"probes.kinds.0 is "order""#),
    ("probes.kinds=[]", "probes.kinds is []; expected a list"),
    (#"probes.kinds=["order-gap","order-gap"]"#, "twice"), ("probes=4", "probes is 4; expected an object"),
    (#"probes={"kinds": ["order-gap"]}"#, "probes.interval is missing"),
    (#"probes={"intervall": 4}"#, "(did you mean interval?)"),
  ])
  func badProbesAreALine(setting: String, message: String) throws {
    let workspace = try Workspace()
    let error = #expect(throws: InputError.self) { try workspace.experiment([setting]) }
    #expect(error?.description.contains(message) == true, "\(error!)")
  }
}
