import Curves
import Formats
import Models
import Platform
import TestSupport
import Testing

@testable import Experiments
@testable import Training

/// How a tuning's grid grows and what it chooses, on curves that nobody trained.
struct TuningTests {
  /// A folder in which runs are done as soon as they are asked for.
  private struct Workspace {
    let home: TemporaryFolder
    let experiment: Experiment
    var folder: String { home.path }

    init(_ settings: String...) throws {
      home = try TemporaryFolder()
      var tree = try JSONValue.parse(staged, source: "x.json")
      for setting in settings { tree = try Overrides.apply(setting, to: tree) }
      experiment = try Experiment(tree)
      let losses = Dictionary(uniqueKeysWithValues: experiment.arms.map { ($0.name, 6.0) })
      let record = ExperimentRecord(
        experiment: experiment,
        provenance: .init(
          programVersion: "1", buildTarget: "b", executableSHA256: "e", corpusSHA256: "c", vocabularySHA256: "v",
          vocabularySize: 100, parameterCounts: [:], unigramLossesNats: losses))
      try Files.write(record.text, to: ExperimentRecord.path(in: folder))
    }

    /// Makes runs done whose loss falls from 6 in a straight line, at a pace that arm and rate decide.
    func finish(_ rates: [Double], pace: (String, Double) -> Double) throws {
      for cell in try experiment.tuningGrid(rates).cells {
        let files = RunFolder(of: cell, in: folder)
        guard !files.isDone else { continue }
        try Files.makeFolder(files.path)
        let pace = pace(cell.arm.name, cell.learningRate)
        try files.writeCurve(
          stride(from: 0, through: 40, by: 10).map { step in
            var point = CurvePoint(step: step, tokens: step, elapsedSeconds: 0)
            point[.validationLoss] = pace.isNaN && step > 0 ? .nan : 6 - (pace.isNaN ? 0 : pace) * Double(step)
            return CurveRow(experiment: "s", cell: cell, point: point)
          })
        try files.write(
          RunFolder.Status(
            state: pace.isNaN ? .diverged : .finished, step: 40,
            digests: RunDigests(initial: ParameterStore<Float>(seed: nil))))
      }
    }

    /// Finishes what the tuning asks for, grid after grid.
    func tune(pace: (String, Double) -> Double) throws -> (grids: [[Double]], record: SelectionRecord) {
      let tuning = Tuning(experiment, folder: folder)
      var grids: [[Double]] = []
      while case .training(let rates) = try tuning.progress() {
        grids.append(rates)
        try finish(rates, pace: pace)
      }
      return (grids, try tuning.record(at: tuning.progress().learningRates))
    }
  }

  /// A pace that is highest at a rate, by arm.
  private func peak(_ best: [String: Double], height: [String: Double] = [:]) -> (String, Double) -> Double {
    { arm, rate in
      let ratio = rate / best[arm]!
      return (height[arm] ?? 0.05) * min(ratio, 1 / ratio)
    }
  }

  @Test func interiorRatesAreChosenAtOnce() throws {
    let workspace = try Workspace()
    let pace = peak(
      ["slow": 0.002, "other": 0.002, "fast": 0.002], height: ["slow": 0.02, "other": 0.03, "fast": 0.1])
    let (grids, record) = try workspace.tune(pace: pace)
    #expect(grids == [[0.001, 0.002, 0.004]])
    #expect(record.arms.map(\.learningRate) == [0.002, 0.002, 0.002, 0.002])
    #expect(record.isInterior && record.arms.allSatisfy(\.isInterior))
    // The best run ends at 6 − 40 · 0.1 = 2: fractions of the way from 6 to there.
    #expect(
      record.conditions == [
        .init(
          arms: ["slow", "other", "fast", "sham"], unigramLossNats: 6, bestLossNats: 2,
          bestRun: "fast-lr0.002-seed1000",
          targetLosses: [5, 4, 3], decidingTargetNats: 4)
      ])
    // 6 − 40 · 0.02 = 5.2 is above all of them, 6 − 40 · 0.03 = 4.8 below the easiest.
    #expect(record.arms.map(\.hasReached) == [false, true, true, true])
    #expect(record.arms[3].rateOf == "fast" && record.arms[3].tried.isEmpty)
    #expect(record.fastest(of: ["other", "slow"]) == "other")
  }

  /// One arm at the upper edge: every arm gets the next rate, and no rate is added below.
  @Test func theGridIsExtendedForAllArms() throws {
    let workspace = try Workspace()
    let (grids, record) = try workspace.tune(pace: peak(["slow": 0.002, "other": 0.002, "fast": 0.008]))
    #expect(grids == [[0.001, 0.002, 0.004], [0.001, 0.002, 0.004, 0.008], [0.001, 0.002, 0.004, 0.008, 0.016]])
    #expect(record.isInterior && record.learningRates == [0.001, 0.002, 0.004, 0.008, 0.016])
    #expect(record.arms.map(\.learningRate) == [0.002, 0.002, 0.008, 0.008])
    #expect(record.arms[0].tried.map(\.learningRatePeak) == record.learningRates)
  }

  /// Where a rate stays at the edge, the record says so.
  @Test func theGridIsExtendedAsFarAsItMay() throws {
    let workspace = try Workspace()
    let (grids, record) = try workspace.tune(pace: peak(["slow": 1e-9, "other": 0.002, "fast": 0.002]))
    #expect(grids.last == [0.00025, 0.0005, 0.001, 0.002, 0.004])
    #expect(!record.isInterior && record.arms.map(\.isInterior) == [false, true, true, true])
    #expect(record.announcement[1].contains("slow 0.00025 (at the edge of the grid)"))
  }

  /// The target decides before the loss at the end: the sooner rate is chosen though the other one ends lower.
  @Test func divergedRunsAreNoFailureOfTheTuning() throws {
    let workspace = try Workspace()
    let (_, record) = try workspace.tune { arm, rate in
      arm == "other" ? .nan : rate > 0.003 ? .nan : 0.05 * min(rate / 0.002, 0.002 / rate)
    }
    #expect(record.arms[1].learningRate == nil && record.arms[1].why == "every tuning run diverged")
    #expect(record.arms[0].learningRate == 0.002 && record.arms[0].tried[2].diverged == 1)
  }

  @Test func theFileIsReadBackAndRefusedForAnotherSelection() throws {
    let workspace = try Workspace()
    let (_, record) = try workspace.tune(pace: peak(["slow": 0.002, "other": 0.002, "fast": 0.002]))
    try record.write(to: workspace.folder)
    #expect(try SelectionRecord(of: workspace.experiment, in: workspace.folder) == record)
    for (setting, what) in [
      ("selection.learningRates=[0.001,0.002]", "another selection"),
      ("targetFractions=[0.5]", "other targetFractions"),
      ("selection.extensions=3", "another selection"),
    ] {
      let other = try experiment(staged, setting)
      let error = #expect(throws: InputError.self) { try SelectionRecord(of: other, in: workspace.folder) }
      #expect(error?.description.contains("selection.json: was made with \(what)") == true, "\(error!)")
    }
    // More seeds belong to the evaluation.
    let grown = try experiment(staged, "seeds=[0,1,2,3]", "selection.seedsOfUnreached=2")
    #expect(try SelectionRecord(of: grown, in: workspace.folder) == record)
    try Files.write("{\"arms\": []}", to: SelectionRecord.path(in: workspace.folder))
    #expect(throws: InputError.self) { try SelectionRecord(of: workspace.experiment, in: workspace.folder) }
  }

  /// Arms of other masks have targets of their own: fractions of what is there to be learned under these masks.
  @Test func armsOfOtherMasksHaveTheirOwnTargets() throws {
    let workspace = try Workspace("arms.other.probability=0.4", "arms.fast.sequenceLength=64")
    let pace = peak(
      ["slow": 0.002, "other": 0.002, "fast": 0.002], height: ["slow": 0.02, "other": 0.05, "fast": 0.1])
    let (_, record) = try workspace.tune(pace: pace)
    // The sham has the masks of `slow`, and takes no part in the tuning.
    #expect(record.conditions.map(\.arms) == [["slow", "sham"], ["other"], ["fast"]])
    #expect(record.conditions.map(\.targetLosses) == [[5.8, 5.6, 5.4], [5.5, 5, 4.5], [5, 4, 3]])
    #expect(record.conditions.map(\.decidingTargetNats) == [5.6, 5, 4])
    let grid = try workspace.experiment.evaluationGrid(record)
    #expect(
      grid.arms.map { grid.targetLosses(of: $0) } == [[5.8, 5.6, 5.4], [5.5, 5, 4.5], [5, 4, 3], [5.8, 5.6, 5.4]])
    #expect(grid.arms.map { grid.stop(of: $0)?.target } == [5.4, 4.5, 3, 5.4])
    let study = ExperimentRecord(
      experiment: grid, provenance: try StoredRuns(folder: workspace.folder).provenanceOfRuns()
    ).study(of: Stage(.evaluation, grid), record)
    #expect(study.targetLosses == [5.8, 5.6, 5.4, 5.5, 5, 4.5, 4, 3])
    #expect(study.arms.map(study.decidingTarget) == [5.6, 5, 4, 5.6])
    #expect(study.arms[0].heldOut == study.arms[3].heldOut && study.arms[0].heldOut != study.arms[1].heldOut)
  }

  /// A choice that somebody changed is told from the one that the curves give.
  @Test func aChangedChoiceIsRefused() throws {
    let workspace = try Workspace()
    let (_, record) = try workspace.tune(pace: peak(["slow": 0.002, "other": 0.002, "fast": 0.002]))
    let tuning = Tuning(workspace.experiment, folder: workspace.folder)
    try tuning.check(record)
    for change: (inout SelectionRecord) -> Void in [
      { $0.arms[0].learningRate = 0.001 }, { $0.conditions[0].targetLosses = [5] },
      { $0.conditions[0].decidingTargetNats = 3 }, { $0.arms[1].hasReached.toggle() },
      { $0.baselines?[0].chosen = "slow" },
    ] {
      var changed = record
      change(&changed)
      let error = #expect(throws: InputError.self) { try tuning.check(changed) }
      #expect(error?.description.contains("is not what the tuning's curves give") == true)
    }
    var reworded = record
    reworded.arms[0].why = "because"
    try tuning.check(reworded)
    reworded.baselines = nil  // A file of an older version.
    try tuning.check(reworded)
  }

  /// The only baseline is gone: the tuning stays what it is, and what comes after it is refused in a line.
  @Test func aBaselineThatDivergedIsTold() throws {
    let workspace = try Workspace()
    let (_, record) = try workspace.tune { arm, rate in arm == "slow" ? .nan : 0.05 * min(rate / 0.002, 0.002 / rate) }
    try record.write(to: workspace.folder)
    let plan = try ExperimentPlan(workspace.experiment, in: workspace.folder)
    #expect(plan.stages.map(\.kind) == [.tuning])
    #expect(plan.obstacle?.description.contains("every run of slow diverged, and it is a baseline") == true)
    #expect(try ExperimentStatus(workspace.experiment, in: workspace.folder).counts["diverged"] == 3)
  }

  @Test func noTargetWhereNothingWasLearned() throws {
    let workspace = try Workspace()
    let (_, record) = try workspace.tune { _, _ in -0.01 }
    #expect(record.conditions.map(\.targetLosses) == [[]] && record.conditions[0].decidingTargetNats == nil)
    #expect(record.announcement[0] == "chosen: no target: no run ended below the unigram loss")
  }
}
