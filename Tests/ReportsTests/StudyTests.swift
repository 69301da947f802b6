import Curves
import Testing

@testable import Reports

struct StudyTests {
  @Test func armsMayHaveRatesAndSeedsOfTheirOwn() {
    let study = study { study in
      study.arms[1].learningRates = [4e-3]
      study.arms[1].seeds = [1, 2]
    }
    #expect(
      study.cells.map(\.name) == [
        "slow-lr0.001-seed0", "slow-lr0.001-seed1", "fast-lr0.004-seed1", "fast-lr0.004-seed2",
      ])
    #expect(!study.sweepsRates)
  }

  /// Arms at rates of their own are compared there, and stand in one panel.
  @Test func tunedArmsAreComparedEachAtItsRate() throws {
    let study = study { ($0.arms[1].learningRates, $0.targetLosses) = ([4e-3], [4]) }
    let report = Report(analysis(study) { $0.arm.name == "slow" ? 0.6 : 1.2 })
    let row = try #require(report.analysis.best("fast", at: 4))
    #expect(row.learningRate == 4e-3 && row.baselineLearningRate == 1e-3 && row.pairCount == 2)
    #expect(report.finding.contains("2 seeds, each arm at its own learning rate"))
    for text in ["each arm at its own peak learning rate", "slow at 0.001", "fast at 0.004"] {
      #expect(report.curvesSVG.contains(">\(text)</text>"), "\(text)")
    }
    #expect(report.curvesSVG.components(separatedBy: "stroke-width=\"3.2\"").count - 1 >= 2)
    #expect(!report.summaryMarkdown.contains("rates.svg"))
  }

  // MARK: - Baselines

  private func studyOfFour() -> Study {
    study { study in
      study.arms = [.init("none", "none"), .init("b", "learned"), .init("a", "sinusoidal"), .init("r", "rotary")]
      study.baselines = ["a", "b"]
      study.targetLosses = [4]
    }
  }

  /// Each pair once: a baseline is compared with those before it.
  @Test func armsAreComparedWithEachBaseline() {
    let study = studyOfFour()
    #expect(study.baseline == "a")
    let names = study.comparisons.map { "\($0.arm.name)/\($0.baseline)" }
    #expect(names == ["none/a", "none/b", "b/a", "a/a", "r/a", "r/b"])
  }

  @Test func everyComparisonIsSaid() throws {
    let slopes = ["none": 0.55, "b": 0.6, "a": 0.8, "r": 1.6]
    let report = Report(analysis(studyOfFour()) { slopes[$0.arm.name] ?? 0 })
    let sentences = report.finding.split(separator: "\n")
    #expect(sentences.count == 5)
    #expect(sentences[0].hasPrefix("r needed 2.00× fewer steps than a "))
    #expect(sentences[1].hasPrefix("r needed 2.67× fewer steps than b "))
    #expect(report.analysis.gaps.map { "\($0.arm)/\($0.baseline)" } == ["none/a", "none/b", "b/a", "r/a", "r/b"])
    #expect(report.summaryMarkdown.contains("| FLOPs | over | speed-up (95% interval) |"))
    #expect(report.summaryMarkdown.contains("| r | 0.001 | 2 of 2 | 125 | "))
    #expect(report.summaryMarkdown.contains(" | b | 2.67× ("))
    #expect(report.summaryMarkdown.contains(" | – | baseline |"))
    #expect(report.speedUpSVG.contains(">r over b</text>") && report.speedUpSVG.contains("than the baseline</text>"))
    #expect(report.summaryCSV.split(separator: "\n").count == 1 + 2 * 6)
    // What is said of runs, and not of a comparison, is said once.
    #expect(report.summaryMarkdown.components(separatedBy: "| r | 0.001 | 2 | -0.400").count == 2)
  }

  /// Experiments with several lengths compare each with its own.
  @Test func anArmMayHaveABaselineOfItsOwn() throws {
    let study = study { study in
      study.arms = ["a32", "r32", "a64", "r64"].map { Study.Arm($0, $0.hasPrefix("a") ? "learned" : "rotary") }
      study.arms[2].baselines = ["a64"]
      study.arms[3].baselines = ["a64"]
      (study.baselines, study.targetLosses) = (["a32"], [4])
    }
    #expect(study.comparisons.map { "\($0.arm.name)/\($0.baseline)" } == ["a32/a32", "r32/a32", "a64/a64", "r64/a64"])
    let analysis = analysis(study) { ["a32": 0.6, "r32": 1.2, "a64": 0.55, "r64": 1.65][$0.arm.name] ?? 0 }
    #expect(abs(try #require(analysis.best("r64", at: 4)?.speedUp.value) - 3) < 1e-9)
  }

  /// Arms of other masks have other targets: each is judged by its own, and a comparison across masks says so.
  @Test func anArmMayHaveTargetsOfItsOwn() throws {
    let study = study { study in
      study.arms = ["a32", "r32", "a64", "r64"].map { Study.Arm($0, $0.hasPrefix("a") ? "learned" : "rotary") }
      for i in study.arms.indices {
        study.arms[i].targetLosses = i < 2 ? [5, 4] : [3]
        study.arms[i].heldOut = i < 2 ? "15 % of 32 tokens masked" : "15 % of 64 tokens masked"
      }
      study.arms[2].baselines = ["a64"]
      (study.baselines, study.targetLosses) = (["a32"], [5, 4, 3])
    }
    let analysis = analysis(study) { ["a32": 0.6, "r32": 1.2, "a64": 0.9, "r64": 1.8][$0.arm.name] ?? 0 }
    #expect(analysis.outcomes(.best, target: 4).map(\.arm.name) == ["a32", "r32"])
    #expect(analysis.outcomes(.best, target: 3).map(\.arm.name) == ["a64", "r64"])
    // Its baseline has no such target, and its curve tells all the same when it was there.
    #expect(analysis.best("r64", at: 3)?.baseline == "a32")
    #expect(analysis.outcomesOfRuns(.sameRate).map(\.target) == [5, 5, 3, 3])
    let report = Report(analysis)
    let note =
      "r64 and a32 are measured on other masks (15 % of 64 tokens masked; 15 % of 32 tokens masked): one loss is not "
      + "equally hard for both."
    #expect(report.summaryMarkdown.components(separatedBy: note).count == 2)
    #expect(report.table.contains("Note: " + note) && !report.table.contains("r32 and a32 are measured"))
    for name in ["a32", "r32", "a64", "r64"] {
      #expect(report.summaryMarkdown.components(separatedBy: "\n| \(name) | 0.001 | 2 | ").count == 2, "\(name)")
    }
  }

  // MARK: - Runs that end after their targets

  @Test func runsThatEndAfterTheirTargetsAreFinished() throws {
    let study = study { study in
      study.targetLosses = [4]
      for i in study.arms.indices { study.arms[i].stop = TargetStop(target: 4, extraSteps: 50) }
    }
    // At 4 from step 200 on, confirmed at 250, over at 300.
    let rows = rows(study, slopes: ["slow": 1, "fast": 1]) { cell, step in step > (cell.arm.name == "fast" ? 300 : 250)
    }
    let report = Report(Analysis(study: study, rows: rows))
    #expect(report.analysis.runs.map { $0.finalValue != nil } == [false, false, true, true])
    let fast = try #require(report.analysis.best("fast", at: 4))
    #expect(fast.crossings.map(\.steps) == [200, 200])
    #expect(report.summaryMarkdown.contains("slow-lr0.001-seed0 is not finished: 250 of 400 steps."))
  }

  /// A run that ended at 300 missed a lower target within 300 steps, not within its budget of 400.
  @Test func aRunThatEndedMissesWhatIsLowerFromThereOn() throws {
    let study = study { study in
      study.targetLosses = [2]
      study.arms[0].stop = TargetStop(target: 4, extraSteps: 50)
    }
    let rows = rows(study, slopes: ["slow": 1, "fast": 2]) { cell, step in cell.arm.name == "slow" && step > 300 }
    let analysis = Analysis(study: study, rows: rows)
    // `fast` is at 2 between 150 and 200.
    #expect(abs(try #require(analysis.best("fast", at: 2)?.speedUp.low) - 1.5) < 1e-9)
    #expect(analysis.gaps.isEmpty)
    let page = Report(analysis).summaryMarkdown
    #expect(page.contains("The runs of slow ended after their lowest target or at their budget, so their losses"))
    #expect(!page.contains("Early speed, final quality"))
  }

  @Test(arguments: Study.Stage.allCases) func theStageIsAColumn(stage: Study.Stage) {
    let report = Report(analysis(study { $0.stage = stage }) { _ in 1 })
    let rows = report.summaryCSV.split(separator: "\n").dropFirst()
    #expect(rows.allSatisfy { $0.contains(",\(stage.rawValue),") })
    #expect(report.summaryMarkdown.contains("These runs choose the learning rates.") == (stage == .tuning))
  }
}
