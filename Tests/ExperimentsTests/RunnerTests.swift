import Curves
import Formats
import Foundation
import Platform
import Reports
import TestSupport
import Testing
import Training

@testable import Experiments

/// Whole experiments, small ones, in folders of their own; serialized, since threads are set.
@Suite(.serialized)
struct RunnerTests {
  /// An experiment file on a text of its own: 2 arms × 2 seeds, six steps each.
  private struct Workspace {
    private let home: TemporaryFolder
    let file: String
    var folder: String { home.path }

    init() throws {
      home = try TemporaryFolder()
      let documents = (0..<60).map { number in
        "the \(["cat", "dog", "fox"][number % 3]) of house \(number) saw the bird and ran home to sleep by the fire"
      }
      let corpus = try home.file("corpus.txt", Data(documents.joined(separator: "\n\n").utf8))
      let experiment = """
        {"name": "small", "corpus": "\(corpus)", "tokenizer": {"vocabularySize": 90},
         "model": {"layers": 1, "hiddenSize": 16, "heads": 2},
         "arms": [{"name": "none", "position": "none"}, {"name": "rotary", "position": "rotary"}],
         "seeds": [0, 3], "targetLosses": [4.2],
         "training": {"steps": 6, "batchSize": 4, "sequenceLength": 12, "warmupSteps": 2, "validationInterval": 2,
                      "checkpointInterval": 2}}
        """
      file = try home.file("small.json", Data(experiment.utf8))
    }

    func run(_ name: String, _ settings: [String] = [], only: Int? = nil) throws -> RunOutcome {
      try Experiments.run(
        Experiment(file: file, settings: settings), in: out(name), ChosenRuns(cell: only))
    }

    func out(_ name: String) -> String { folder + "/" + name }

    /// The rows of `curves.csv` without the seconds.
    func rows(_ name: String) throws -> [String] {
      try Files.readText(out(name) + "/curves.csv", as: "curves").split(separator: "\n").map { line in
        var fields = line.split(separator: ",", omittingEmptySubsequences: false)
        fields.remove(at: 7)
        return fields.joined(separator: ",")
      }
    }
  }

  @Test func whatWillBeDoneIsSaidInTheRightNumber() throws {
    let workspace = try Workspace()
    func announced(_ settings: [String]) throws -> [String] {
      var lines: [String] = []
      _ = try Experiments.run(
        Experiment(file: workspace.file, settings: settings), in: workspace.out(settings.joined().filter(\.isLetter)),
        listener: RunListener(announce: { lines.append($0) }))
      return lines
    }
    #expect(try announced([])[0] == "small: 2 arms × 1 learning rate × 2 seeds = 4 runs, 4 to do")
    let one = try announced([#"arms=[{"name": "rotary", "position": "rotary"}]"#, "seeds=[1]"])
    #expect(one[0] == "small: 1 arm × 1 learning rate × 1 seed = 1 run, 1 to do")
    #expect(one[4].hasSuffix(", 1 run at once"))
  }

  /// Gradients so small that their squares are 0, and an ε that is 0 in `Float`: the first update divides 0 by 0.
  @Test func aTrialThatFailsGivesNoEstimate() throws {
    let workspace = try Workspace()
    var lines: [String] = []
    let outcome = try Experiments.run(
      Experiment(file: workspace.file, settings: ["training.epsilon=1e-60", "training.clipNorm=1e-25", "seeds=[0]"]),
      in: workspace.out("a"), listener: RunListener(announce: { lines.append($0) }))
    #expect(outcome == .diverged(["none-lr0.001-seed0", "rotary-lr0.001-seed0"]))
    #expect(lines[4].hasPrefix("estimated time: unknown on "))
    #expect(lines[4].contains(" (a trial failed at step 2: the weight "))
  }

  /// The first step and the held-out loss before it do not throw the estimate over.
  @Test func progressBeginsWithTheEstimate() throws {
    let workspace = try Workspace()
    var progress: [ExperimentProgress] = []
    _ = try Experiments.run(
      Experiment(file: workspace.file), in: workspace.out("a"),
      listener: RunListener(progress: { progress.append($0) }))
    let left = try progress.map { try #require($0.secondsLeft) }
    // Ten seconds weigh as much as the trial, and the whole takes less than one.
    #expect(left[1] < 1.5 * left[0])
    #expect(left.last! < 0.5 * left[0])
    #expect(progress.last!.finishedCellCount >= 2)
  }

  @Test func leavesTheFilesOfTheContract() throws {
    let workspace = try Workspace()
    #expect(try workspace.run("a") == .finished)
    for file in [
      "experiment.json", "curves.csv", "summary.csv", "summary.md", "curves.svg", "speedup.svg",
      "runs/rotary-lr0.001-seed3/curve.csv", "runs/rotary-lr0.001-seed3/checkpoint.safetensors",
      "runs/rotary-lr0.001-seed3/status.json", "runs/rotary-lr0.001-seed3/vocab.txt",
      "runs/rotary-lr0.001-seed3/tokenizer_config.json",
    ] {
      #expect(Files.exists(workspace.out("a") + "/" + file), "\(file)")
    }
    let rows = try CurveFile.read(workspace.out("a") + "/curves.csv")
    #expect(rows.count == 4 * 5)
    #expect(rows.map(\.point.step).prefix(5) == [0, 1, 2, 4, 6])
    #expect(rows.last?.arm == "rotary" && rows.last?.seed == 3)
    #expect(try workspace.run("a") == .alreadyDone)
  }

  @Test func threadsChangeSecondsAlone() throws {
    let workspace = try Workspace()
    let before = ThreadPool.shared.threadCount
    defer { ThreadPool.shared.setThreadCount(before) }
    for threads in [1, 2, 3, 8] {
      ThreadPool.shared.setThreadCount(threads)
      #expect(try workspace.run("threads\(threads)") == .finished)
      #expect(try workspace.rows("threads\(threads)") == workspace.rows("threads1"), "\(threads) threads")
    }
  }

  @Test func cellsOneByOneGiveTheSame() throws {
    let workspace = try Workspace()
    _ = try workspace.run("whole")
    for cell in [2, 0, 3, 1] { #expect(try workspace.run("cells", only: cell) == .finished) }
    let folder = workspace.out("cells")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["runs"])
    try Report(folder: folder).write(to: folder)
    #expect(try workspace.rows("cells") == workspace.rows("whole"))
    #expect(try workspace.run("cells") == .alreadyDone)
  }

  /// What `run` announces first, and how it ends.
  private func announced(
    _ workspace: Workspace, _ name: String, _ settings: [String]
  ) throws -> (line: String, outcome: RunOutcome) {
    var lines: [String] = []
    let outcome = try Experiments.run(
      Experiment(file: workspace.file, settings: settings), in: workspace.out(name),
      listener: RunListener(announce: { lines.append($0) }))
    return (lines.first ?? "", outcome)
  }

  /// When each checkpoint was last written: a run that was trained again has another time.
  private func trained(_ workspace: Workspace, _ name: String) throws -> [String: Date] {
    let runs = workspace.out(name) + "/runs"
    var dates: [String: Date] = [:]
    for run in try FileManager.default.contentsOfDirectory(atPath: runs) {
      let file = try FileManager.default.attributesOfItem(atPath: "\(runs)/\(run)/checkpoint.safetensors")
      dates[run] = file[.modificationDate] as? Date
    }
    return dates
  }

  @Test func seedsAreAddedAndWhatIsThereStays() throws {
    let workspace = try Workspace()
    _ = try workspace.run("a", ["seeds=[0,1,2]"])
    let before = try trained(workspace, "a")
    #expect(before.count == 6)
    let grown = ["seeds=[3,0,1,2,4]"]
    let (line, outcome) = try announced(workspace, "a", grown)
    #expect(line == "small: 2 arms × 1 learning rate × 5 seeds = 10 runs, 4 to do")
    #expect(outcome == .finished)
    let after = try trained(workspace, "a")
    #expect(after.count == 10 && before.allSatisfy { after[$0.key] == $0.value })
    _ = try workspace.run("whole", grown)
    #expect(try workspace.rows("a") == workspace.rows("whole"))
    #expect(try ExperimentRecord(folder: workspace.out("a")).experiment.seeds == [3, 0, 1, 2, 4])

    // Fewer again: the others' folders stay, and the report's files are those of what is asked for.
    #expect(
      try announced(workspace, "a", ["seeds=[4]"]).line.hasSuffix(
        "= 2 runs, 0 to do; 8 other runs in the folder left alone"))
    #expect(try trained(workspace, "a") == after)
    #expect(Set(try CurveFile.read(workspace.out("a") + "/curves.csv").map(\.seed)) == [4])
    #expect(try announced(workspace, "a", grown).outcome == .finished)
    #expect(try workspace.rows("a") == workspace.rows("whole"))
    #expect(try announced(workspace, "a", grown).outcome == .alreadyDone)
  }

  /// A folder that was published has the status of each run, and the curves of all in one file.
  @Test func publishedRunsAreDoneAndGrow() throws {
    let workspace = try Workspace()
    _ = try workspace.run("a", ["seeds=[0,1]"])
    let folder = workspace.out("a")
    for run in try FileManager.default.contentsOfDirectory(atPath: folder + "/runs") {
      let files = "\(folder)/runs/\(run)/"
      for file in try FileManager.default.contentsOfDirectory(atPath: files) where file != "status.json" {
        try FileManager.default.removeItem(atPath: files + file)
      }
    }
    let curves = try Files.readText(folder + "/curves.csv", as: "curves")
    #expect(try announced(workspace, "a", ["seeds=[0,1]"]).outcome == .alreadyDone)
    let (line, outcome) = try announced(workspace, "a", ["seeds=[0,1,2]"])
    #expect(line == "small: 2 arms × 1 learning rate × 3 seeds = 6 runs, 2 to do")
    #expect(outcome == .finished)
    let rows = try CurveFile.read(folder + "/curves.csv")
    #expect(Set(rows.map(\.seed)) == [0, 1, 2])
    #expect(
      CurveFile.text(rows.filter { $0.seed < 2 }).split(separator: "\n").sorted()
        == curves.split(separator: "\n").sorted())
    // A status alone, without the curve, is no finished run.
    try Files.write(CurveFile.text(rows.filter { $0.seed != 1 }), to: folder + "/curves.csv")
    #expect(try announced(workspace, "a", ["seeds=[0,1]"]).line.contains("= 4 runs, 2 to do"))
  }

  @Test func threeSeedsOfTheQuickstartBecomeFive() throws {
    let folder = try TemporaryFolder()
    func run(_ settings: [String]) throws -> String {
      var lines: [String] = []
      let short = [
        "corpus=\(PackageFile.path("data/toy.txt"))", "tokenizer.vocabularySize=300", "model.layers=1",
        "model.hiddenSize=16",
        "training.steps=2", "training.batchSize=4", "training.sequenceLength=16", "validation.sequences=8",
      ]
      let experiment = try Experiment(file: PackageFile.path("experiments/quickstart.json"), settings: short + settings)
      let outcome = try Experiments.run(
        experiment, in: folder.path, listener: RunListener(announce: { lines.append($0) }))
      #expect(outcome == .finished)
      return lines[0]
    }
    let armCount = try Experiment(file: PackageFile.path("experiments/quickstart.json")).arms.count
    #expect(try run([]).hasSuffix("× 3 seeds = \(3 * armCount) runs, \(3 * armCount) to do"))
    // Two of each arm.
    #expect(try run(["seeds=[0,1,2,3,4]"]).hasSuffix("× 5 seeds = \(5 * armCount) runs, \(2 * armCount) to do"))
    #expect(
      try run(["seeds=[0,1,2,3,4]", "targetLosses=[4,3.9,3.8]"]).hasSuffix("= \(5 * armCount) runs, 0 to do"))
  }

  @Test func targetsAndBaselineBelongToTheReport() throws {
    let workspace = try Workspace()
    _ = try workspace.run("a")
    let before = try trained(workspace, "a")
    let settings = ["targetLosses=[4.4,4.2]", "baseline=rotary"]
    let (line, _) = try announced(workspace, "a", settings)
    #expect(line.hasSuffix("= 4 runs, 0 to do"))
    #expect(try trained(workspace, "a") == before)
    let summary = try Files.readText(workspace.out("a") + "/summary.csv", as: "summary")
    #expect(summary.contains(",4.4,"))
    #expect(try ExperimentRecord(folder: workspace.out("a")).experiment.baseline == "rotary")
    #expect(try announced(workspace, "a", settings).outcome == .alreadyDone)
  }

  @Test func ratesAndArmsAreAdded() throws {
    let workspace = try Workspace()
    _ = try workspace.run("a", ["learningRates=[0.001,0.01]"])
    let before = try trained(workspace, "a")
    let arms = """
      arms=[{"name": "learned", "position": "learned"}, {"name": "none", "position": "none"}]
      """
    let settings = ["learningRates=[0.02,0.01]", arms]
    #expect(
      try announced(workspace, "a", settings).line
        == "small: 2 arms × 2 learning rates × 2 seeds = 8 runs, 6 to do; 6 other runs in the folder left alone")
    let after = try trained(workspace, "a")
    #expect(after.count == 14 && before.allSatisfy { after[$0.key] == $0.value })
    _ = try workspace.run("whole", settings)
    #expect(try workspace.rows("a") == workspace.rows("whole"))
  }

  /// A cell's number is that of the experiment as it is asked for now.
  @Test func singleCellsOfAGrownExperiment() throws {
    let workspace = try Workspace()
    _ = try workspace.run("a", only: 1)
    let grown = ["seeds=[0,1,3]"]
    for cell in [2, 1, 0, 3, 4, 5] {
      _ = try Experiments.run(
        Experiment(file: workspace.file, settings: grown), in: workspace.out("a"), ChosenRuns(cell: cell))
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: workspace.out("a")) == ["runs"])
    _ = try Report.make(in: workspace.out("a"))
    _ = try workspace.run("whole", grown)
    #expect(try workspace.rows("a") == workspace.rows("whole"))

    // In a folder that has a report of fewer runs, the report of all is to be asked for.
    _ = try workspace.run("b", ["seeds=[0]"])
    for cell in [1, 2, 4, 5] {
      _ = try Experiments.run(
        Experiment(file: workspace.file, settings: grown), in: workspace.out("b"), ChosenRuns(cell: cell))
    }
    _ = try Report.make(in: workspace.out("b"))
    #expect(Set(try CurveFile.read(workspace.out("b") + "/curves.csv").map(\.seed)) == [0])
    _ = try Report.make(in: workspace.out("b"), of: Experiment(file: workspace.file, settings: grown))
    #expect(try workspace.rows("b") == workspace.rows("whole"))
    let other = try Experiment(file: workspace.file, settings: grown + ["model.dropout=0.5"])
    #expect(throws: InputError.self) { try Report.make(in: workspace.out("b"), of: other) }
  }

  @Test func otherNumbersAreRefusedForTheRunsConcerned() throws {
    let workspace = try Workspace()
    _ = try workspace.run("a", only: 0)
    let error = #expect(throws: InputError.self) { try workspace.run("a", ["model.dropout=0.1"]) }
    #expect(
      error?.description.hasSuffix(
        "/a/runs/none-lr0.001-seed0: is of another experiment: model.dropout is 0 there and 0.1 here; expected the same; "
          + "use --out for another folder") == true, "\(error!)")
    // The other arm has not been trained.
    #expect(try workspace.run("a", ["arms.rotary.dropout=0.1"]) == .finished)
    let other = #expect(throws: InputError.self) { try workspace.run("a") }
    #expect(other?.description.contains("arms.rotary.dropout is 0.1 there and 0 here (and 1 run more)") == true)
  }

  @Test func anotherExperimentInTheFolderIsRefused() throws {
    let workspace = try Workspace()
    _ = try workspace.run("a", ["training.steps=2"])
    let error = #expect(throws: InputError.self) { try workspace.run("a") }
    #expect(error?.description.contains("training.steps is 2 there and 6 here") == true)
    #expect(error?.description.contains("--out") == true)
  }

  /// Event files come with training or after it, the same but for the clock.
  @Test func eventFilesAreLeftWhenAsked() throws {
    let workspace = try Workspace()
    let experiment = try Experiment(file: workspace.file)
    let file = "/runs/rotary-lr0.001-seed3/events.out.tfevents.roformer"
    _ = try Experiments.run(experiment, in: workspace.out("a"), writesEvents: true)
    _ = try workspace.run("b")
    #expect(!Files.exists(workspace.out("b") + file))
    #expect(try Experiments.run(experiment, in: workspace.out("b"), writesEvents: true) == .alreadyDone)
    let sizes = try ["a", "b"].map { try Files.read(workspace.out($0) + file, as: "event file").count }
    #expect(sizes[0] == sizes[1] && sizes[0] > 500)
  }

  /// A run that starts from another's end has its held-out loss at step 0; the arms' own seeds do not matter then.
  @Test func armsStartFromModels() throws {
    let workspace = try Workspace()
    // Long and fast enough that attention is not flat any more.
    _ = try workspace.run("a", ["seeds=[0]", "training.steps=30", "learningRates=[0.05]"])
    let model = workspace.out("a") + "/runs/rotary-lr0.05-seed0"
    let start = [
      "model.initial=\(model)", "tokenizer.vocabulary=\(model)/vocab.txt", "seeds=[0,5]", "learningRates=[0.01]",
    ]
    #expect(try workspace.run("b", start) == .finished)
    let before = try CurveFile.read(workspace.out("a") + "/curves.csv").last { $0.arm == "rotary" }!.point
    let after = try CurveFile.read(workspace.out("b") + "/curves.csv").filter { $0.point.step == 0 }
    let rotary = after.filter { $0.arm == "rotary" }.map(\.point[.validationLoss])
    #expect(rotary == [before[.validationLoss], before[.validationLoss]])
    // The arm without positions starts from the same weights and sees other things with them.
    #expect(after.count == 4 && Set(after.map(\.point[.validationLoss])).count == 2)
    #expect(try workspace.run("b", start) == .alreadyDone)
    // More seeds start from the same weights, or not at all.
    #expect(try workspace.run("b", start + ["seeds=[0,5,6]"]) == .finished)
    let weights = model + "/checkpoint.safetensors"
    let kept = try Files.read(weights, as: "checkpoint")
    _ = try workspace.run("other", ["seeds=[0]", "training.steps=2", "learningRates=[0.05]"])
    let other = workspace.out("other") + "/runs/rotary-lr0.05-seed0/checkpoint.safetensors"
    try Files.write(Files.read(other, as: "checkpoint"), to: weights)
    let error = #expect(throws: InputError.self) { try workspace.run("b", start + ["seeds=[0,5,6,7]"]) }
    #expect(error?.description.contains("started from other weights than \(model) has now") == true, "\(error!)")
    try Files.write(kept, to: weights)

    for (setting, message) in [
      (
        "model.activation=relu",
        "starts from \(model), where activation is gelu, not relu; expected model.activation = gelu"
      ),
      ("model.heads=4", "starts from \(model), where heads is 2, not 4; expected model.heads = 2"),
      ("model.normalization=pre", "where normalization is post, not pre"),
      ("tokenizer.lowercase=false", "whose tokens are others; expected the tokenizer's keys that import prints"),
      ("model.initial=/no/model", "/no/model: no such file or folder; expected a run's folder"),
    ] {
      let error = #expect(throws: InputError.self) { try workspace.run("c", start + [setting]) }
      #expect(error?.description.contains(message) == true, "\(error!)")
      #expect(!Files.exists(workspace.out("c")))
    }
  }

  @Test func aTextTooShortForOneBatchIsRefused() throws {
    let workspace = try Workspace()
    #expect(throws: InputError.self) { try workspace.run("a", ["training.batchSize=500"]) }
    try Files.write("one\n\ntwo", to: workspace.folder + "/corpus.txt")
    #expect(throws: InputError.self) { try workspace.run("b") }
  }

  @Test func aRunThatDivergesIsNamedAndTheOthersFinish() throws {
    let workspace = try Workspace()
    // Decay of a thousand at a rate of ten multiplies weights by −9,999 a step; a long warm-up spares the first arm.
    let settings = [
      "learningRates=[10]", "training.warmupSteps=0", "training.steps=60", "training.weightDecay=1000",
      "arms.none.warmupSteps=1000000",
    ]
    let outcome = try workspace.run("a", settings)
    #expect(outcome == .diverged(["rotary-lr10-seed0", "rotary-lr10-seed3"]))
    let rows = try CurveFile.read(workspace.out("a") + "/curves.csv")
    #expect(rows.last { $0.arm == "none" }?.point.step == 60)
    #expect(rows.last { $0.arm == "rotary" }?.point[.trainingLoss]?.isNaN == true)
    #expect(try workspace.run("a", settings) == outcome)
  }

  @Test func theStatusSaysWhatIsDoneAndWhatWaits() throws {
    let workspace = try Workspace()
    let experiment = try Experiment(file: workspace.file)
    let folder = workspace.out("status")
    func states() throws -> [ExperimentStatus.State] { try ExperimentStatus(experiment, in: folder).cells.map(\.state) }
    #expect(try states() == [.waiting, .waiting, .waiting, .waiting])
    _ = try workspace.run("status", only: 2)
    let files = RunFolder(of: experiment.cells[1], in: folder)
    try Files.makeFolder(files.path)
    let lock = try #require(try ProcessLock.take(files.lock))
    #expect(try states() == [.waiting, .running, .done, .waiting])
    lock.release()
    let status = try ExperimentStatus(experiment, in: folder)
    #expect(status.counts == ["done": 1, "running": 0, "diverged": 0, "waiting": 3])
    #expect(status.cells[2].step == 6)
    #expect(status.table.hasSuffix("1 done, 0 running, 0 diverged, 3 waiting"))
    let json = try JSONValue.parse(status.json, source: "status")
    #expect(json["cells"]?.list?[2]["state"]?.text == "done")
    #expect(json["cells"]?.list?[2]["learning_rate_peak"]?.number == 0.001)
  }

  @Test func aCellThatAnotherProcessTrainsIsLeftToIt() throws {
    let workspace = try Workspace()
    let experiment = try Experiment(file: workspace.file)
    let files = RunFolder(of: experiment.cells[1], in: workspace.out("shared"))
    try Files.makeFolder(files.path)
    let lock = try #require(try ProcessLock.take(files.lock))
    #expect(try workspace.run("shared") == .elsewhere(["none-lr0.001-seed3"]))
    let error = #expect(throws: InputError.self) { try workspace.run("shared", only: 1) }
    #expect(error?.description.contains("process \(getpid()) on ") == true)
    #expect(error?.description.contains("trains this cell") == true)
    lock.release()
    #expect(try workspace.run("shared") == .finished)
    _ = try workspace.run("whole")
    #expect(try workspace.rows("shared") == workspace.rows("whole"))
  }

  @Test func twoProcessesOnOneGridAreRefused() throws {
    let workspace = try Workspace()
    try Files.makeFolder(workspace.out("grid"))
    let lock = try #require(try ProcessLock.take(workspace.out("grid") + "/lock"))
    let error = #expect(throws: InputError.self) { try workspace.run("grid") }
    #expect(error?.description.contains("is at work here") == true)
    lock.release()
  }

  @Test func theTokensOfALargeCorpusAreKept() throws {
    let workspace = try Workspace()
    let experiment = try Experiment(file: workspace.file)
    let folder = workspace.out("tokens")
    let whole = try PreparedCorpus(experiment, folder: folder)
    #expect(!Files.exists(folder))
    let first = try PreparedCorpus(experiment, folder: folder, largeByteCount: 1)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(names.count == 1)
    let path = folder + "/" + names[0]
    let written = try Files.read(path, as: "tokens")
    func batch(_ corpus: PreparedCorpus) throws -> String {
      try corpus.batches(of: experiment.cells[0], for: MaskedTokenPrediction()).batch(at: 3).digest
    }
    #expect(try batch(first) == batch(whole))
    #expect(first.vocabulary == whole.vocabulary)

    // A second process takes what is there; a damaged file is named and made anew.
    var progress: [String] = []
    let second = try PreparedCorpus(
      experiment, folder: folder, largeByteCount: 1, listener: RunListener(preparation: { progress.append($0) }))
    #expect(try batch(second) == batch(whole))
    #expect(progress.isEmpty)
    try Files.write(written.dropLast(3), to: path)
    var warnings: [String] = []
    let third = try PreparedCorpus(
      experiment, folder: folder, largeByteCount: 1, listener: RunListener(warn: { warnings.append($0) }))
    #expect(try batch(third) == batch(whole))
    #expect(warnings == ["\(path): does not agree with its checksum; it is made anew"])
    #expect(try Files.read(path, as: "tokens") == written)
  }
}
