import Curves
import Foundation
import Platform
import Reports
import TestSupport
import Testing

@testable import Experiments

/// Whole experiments with a tuning stage, small ones, in folders of their own.
@Suite(.serialized)
struct StagedRunTests {
  /// An experiment file on a text of its own: two arms and a sham, two rates, some steps.
  private struct Workspace {
    private let home: TemporaryFolder
    let file: String

    init() throws {
      home = try TemporaryFolder()
      let documents = (0..<60).map { number -> String in
        let (age, animal) = (["old", "shy", "big", "sad"][number % 4], ["cat", "dog", "fox"][number % 3])
        let colour = ["red", "blue", "green", "white", "black"][number % 5]
        return "the \(age) \(animal) of the \(colour) house saw the bird and ran home to sleep by the fire"
      }
      let corpus = try home.file("corpus.txt", Data(documents.joined(separator: "\n\n").utf8))
      let experiment = """
        {"name": "small", "corpus": "\(corpus)", "tokenizer": {"vocabularySize": 90},
         "model": {"layers": 1, "hiddenSize": 16, "heads": 2},
         "arms": [{"name": "none", "position": "none"}, {"name": "rotary", "position": "rotary"},
                  {"name": "sham", "position": "rotary", "seedOffset": 50, "rateOf": "rotary", "baselines": ["rotary"]}],
         "baselines": ["none", ["rotary", "none"]], "targetFractions": [0.3, 0.6], "seeds": [0, 3],
         "selection": {"learningRates": [0.005, 0.01], "extensions": 1},
         "quality": {"seeds": [7], "steps": 12},
         "training": {"steps": 60, "batchSize": 8, "sequenceLength": 12, "warmupSteps": 2, "validationInterval": 3,
                      "schedule": "constant", "stopAfterTargets": 3, "checkpointInterval": 2, "biasCorrection": true}}
        """
      file = try home.file("small.json", Data(experiment.utf8))
    }

    func experiment(_ settings: [String] = []) throws -> Experiment { try Experiment(file: file, settings: settings) }

    func run(_ name: String, _ settings: [String] = [], stage: Study.Stage? = nil, cell: Int? = nil) throws
      -> RunOutcome
    {
      try Experiments.run(experiment(settings), in: out(name), ChosenRuns(stage: stage, cell: cell))
    }

    func out(_ name: String) -> String { home.path + "/" + name }

    func text(_ name: String, _ file: String) throws -> String {
      try Files.readText(out(name) + "/" + file, as: "a result")
    }

    /// The lines of a table without a column, that of the seconds.
    func lines(_ name: String, _ file: String, withoutColumn column: Int) throws -> [String] {
      try text(name, file).split(separator: "\n").map { line in
        var fields = line.split(separator: ",", omittingEmptySubsequences: false)
        fields.remove(at: column)
        return fields.joined(separator: ",")
      }
    }

    func curves(_ name: String) throws -> [String] { try lines(name, "curves.csv", withoutColumn: 7) }
    func summary(_ name: String) throws -> [String] { try lines(name, "summary.csv", withoutColumn: 10) }
  }

  @Test func oneCommandTunesEvaluatesAndReports() throws {
    let workspace = try Workspace()
    var lines: [String] = []
    let outcome = try run(
      workspace.experiment(), in: workspace.out("a"), listener: RunListener(announce: { lines.append($0) }))
    #expect(outcome == .finished)
    #expect(
      try workspace.text("a", "summary.md").contains(
        "Of rotary and none, rotary was sooner in the tuning, so it is the baseline."))
    let selection = try #require(try SelectionRecord(of: workspace.experiment(), in: workspace.out("a")))
    #expect(selection.baselines?.map(\.arms) == [["rotary", "none"]])
    #expect(selection.baselines?.map(\.chosen) == ["rotary"])
    for file in ["experiment.json", "selection.json", "curves.csv", "summary.csv", "summary.md", "report.html"] {
      #expect(Files.exists(workspace.out("a") + "/" + file), "\(file)")
    }
    #expect(lines[0].hasPrefix("small, tuning: 2 arms × 2 learning rates × 1 seed = 4 runs, 4 to do"))
    #expect(lines.contains { $0.hasPrefix("chosen: targets ") })
    #expect(lines.contains { $0.hasPrefix("small, evaluation: 3 arms, each with its learning rates and seeds") })
    let record = try ExperimentRecord(folder: workspace.out("a"))
    #expect(record.experiment == (try workspace.experiment()))
    #expect(Set(record.provenance.unigramLossesNats?.keys.sorted() ?? []) == ["none", "rotary", "sham"])
    let stages = Set(
      try workspace.text("a", "summary.csv").split(separator: "\n").dropFirst().map {
        $0.split(separator: ",", omittingEmptySubsequences: false)[18]
      })
    #expect(stages == ["tuning", "evaluation", "quality"])
    #expect(try workspace.run("a") == .alreadyDone)

    // A run that stopped has its last step validated, and is over by the rule.
    let grid = try workspace.experiment().evaluationGrid(selection)
    for cell in grid.cells {
      let points = try FolderCurves(folder: workspace.out("a")).rows(of: [cell]).map(\.point)
      #expect(points.last?[.validationLoss] != nil)
      #expect(try points.last?.step == 60 || #require(cell.stop).isOver(points))
    }
  }

  @Test func stagesAndCellsOneByOneGiveTheSame() throws {
    let workspace = try Workspace()
    _ = try workspace.run("whole")
    let experiment = try workspace.experiment()
    let count = try ExperimentCount(experiment, in: workspace.out("cells"))
    #expect(count.stages.map(\.count) == [4, 6, 3])
    for cell in [3, 0, 2, 1] { #expect(try workspace.run("cells", stage: .tuning, cell: cell) == .finished) }
    let early = #expect(throws: InputError.self) { try workspace.run("cells", stage: .evaluation, cell: 0) }
    #expect(early?.description.contains("has not chosen the learning rates of the evaluation yet") == true)
    let lone = #expect(throws: InputError.self) { try Report.make(in: workspace.out("cells")) }
    #expect(lone?.description.contains("holds single runs of the stage tuning, and no experiment.json") == true)
    #expect(try workspace.run("cells", stage: .tuning) == .finished)
    #expect(try workspace.text("cells", "selection.json") == workspace.text("whole", "selection.json"))
    for kind in [Study.Stage.quality, .evaluation] {
      let cells = try #require(try ExperimentPlan(experiment, in: workspace.out("cells"))[kind]).grid.cells
      for cell in cells.reversed() { #expect(try workspace.run("cells", stage: kind, cell: cell.index) == .finished) }
    }
    _ = try Report.make(in: workspace.out("cells"))
    #expect(try workspace.curves("cells") == workspace.curves("whole"))
    #expect(try workspace.summary("cells") == workspace.summary("whole"))
    #expect(try workspace.run("cells") == .alreadyDone)
  }

  /// What the tuning runs measured decides the rates and no number of the evaluation.
  @Test func tuningSeedsDoNotLeakIntoTheReport() throws {
    let workspace = try Workspace()
    _ = try workspace.run("a")
    func rows(_ stage: String) throws -> [String] { try workspace.summary("a").filter { $0.contains(",\(stage),") } }
    let (evaluation, tuning) = (try rows("evaluation"), try rows("tuning"))
    #expect(!evaluation.isEmpty && !tuning.isEmpty)
    // The tuning runs have seen three times as many tokens, by their curves. That changes no choice, and so nothing but the
    // tuning's own rows.
    let runs = workspace.out("a") + "/runs"
    for run in try FileManager.default.contentsOfDirectory(atPath: runs) where run.hasSuffix("-seed1000") {
      let path = "\(runs)/\(run)/curve.csv"
      let longer = try CurveFile.read(path).map { row in
        var row = row
        row.point.tokens *= 3
        return row
      }
      try Files.write(CurveFile.text(longer), to: path)
    }
    _ = try Report.make(in: workspace.out("a"))
    #expect(try rows("evaluation") == evaluation)
    #expect(try rows("tuning") != tuning)
  }

  /// A folder that was published has no checkpoints and no curves of single runs.
  @Test func publishedStagesAreDoneReportedAndGrow() throws {
    let workspace = try Workspace()
    _ = try workspace.run("a")
    let runs = workspace.out("a") + "/runs"
    for run in try FileManager.default.contentsOfDirectory(atPath: runs) {
      for file in try FileManager.default.contentsOfDirectory(atPath: "\(runs)/\(run)") where file != "status.json" {
        try FileManager.default.removeItem(atPath: "\(runs)/\(run)/\(file)")
      }
    }
    let files = ["summary.csv", "summary.md", "curves.svg", "speedup.svg", "rates.svg", "report.html", "curves.csv"]
    let before = try files.map { try workspace.text("a", $0) }
    _ = try Report.make(in: workspace.out("a"))
    #expect(try files.map { try workspace.text("a", $0) } == before)
    #expect(try workspace.run("a") == .alreadyDone)
    let grown = ["seeds=[0,3,4]"]
    #expect(try workspace.run("a", grown) == .finished)
    _ = try workspace.run("whole", grown)
    #expect(try workspace.curves("a").sorted() == workspace.curves("whole").sorted())
    let status = try ExperimentStatus(workspace.experiment(grown), in: workspace.out("a"))
    #expect(status.counts["done"] == status.cells.count && status.cells.count { $0.stage == "evaluation" } == 9)
  }

  /// A curve that was cut off is not the curve of a finished run: the run goes on from its checkpoint and writes it anew.
  @Test func aCurveThatWasCutIsMadeWhole() throws {
    let workspace = try Workspace()
    _ = try workspace.run("a")
    let before = try workspace.curves("a")
    let runs = workspace.out("a") + "/runs"
    let cut = try FileManager.default.contentsOfDirectory(atPath: runs).sorted().filter { !$0.hasSuffix("-seed7") }
    for run in [cut[0], cut[cut.count - 1]] {
      let lines = try Files.readText("\(runs)/\(run)/curve.csv", as: "a curve").split(separator: "\n")
      try Files.write(lines.prefix(2).joined(separator: "\n") + "\n", to: "\(runs)/\(run)/curve.csv")
    }
    #expect(try ExperimentStatus(workspace.experiment(), in: workspace.out("a")).counts["waiting"] != 0)
    #expect(try workspace.run("a") == .finished)
    #expect(try workspace.curves("a") == before)
  }

  @Test func theStatusTellsTheStagesApart() throws {
    let workspace = try Workspace()
    let before = try ExperimentStatus(workspace.experiment(), in: workspace.out("a"))
    #expect(before.cells.map(\.stage) == ["tuning", "tuning", "tuning", "tuning"])
    #expect(before.stagesToCome == ["evaluation", "quality"])
    #expect(before.table.hasSuffix("quality: waits for what the tuning chooses"))
    _ = try workspace.run("a", stage: .tuning)
    let after = try ExperimentStatus(workspace.experiment(), in: workspace.out("a"))
    #expect(after.stagesToCome == nil)
    #expect(after.table.contains("evaluation: 0 done, 0 running, 0 diverged, 6 waiting"))
    #expect(after.json.contains("\"stage\" : \"quality\""))
    let quality = try ExperimentStatus(workspace.experiment(), in: workspace.out("a"), stage: .quality)
    #expect(quality.cells == after.cells.filter { $0.stage == "quality" } && quality.cells.count == 3)
  }

  /// A lower target lets runs go on that had ended, to the bits of runs that never had.
  @Test func aLowerTargetGoesOnWithRunsThatHadEnded() throws {
    let workspace = try Workspace()
    let plain = ["selection=null", "quality=null", "targetFractions=null", "arms.sham.rateOf=null", "baselines=null"]
    let (easy, hard) = (plain + ["targetLosses=[3.6]"], plain + ["targetLosses=[3.6,3.2]"])
    _ = try workspace.run("a", easy + ["learningRates=[0.01]"])
    let short = try workspace.curves("a")
    #expect(try workspace.run("a", easy + ["learningRates=[0.01]"]) == .alreadyDone)
    #expect(try workspace.run("a", hard + ["learningRates=[0.01]"]) == .finished)
    #expect(try workspace.curves("a").count > short.count)
    _ = try workspace.run("whole", hard + ["learningRates=[0.01]"])
    #expect(try workspace.curves("a") == workspace.curves("whole"))
    // An easier target again: what is there is enough.
    #expect(try workspace.run("a", easy + ["learningRates=[0.01]"]) == .finished)
    #expect(try workspace.curves("a") == workspace.curves("whole"))
  }
}
