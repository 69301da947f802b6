import Formats
import Testing
import Training

@testable import Experiments

/// An experiment that tunes two arms, and a sham that takes a rate from one of them.
let staged = #"""
  {"name": "s", "corpus": "c.txt",
   "arms": [{"name": "slow", "position": "learned"}, {"name": "other", "position": "sinusoidal"},
            {"name": "fast", "position": "rotary"},
            {"name": "sham", "position": "rotary", "seedOffset": 50, "rateOf": "fast", "baselines": ["fast"]}],
   "baselines": ["slow", ["other", "slow"]], "targetFractions": [0.25, 0.5, 0.75], "seeds": [0, 1, 2],
   "selection": {"learningRates": [0.001, 0.002, 0.004], "seeds": [1000], "seedsOfUnreached": 1, "extensions": 2},
   "training": {"steps": 40, "schedule": "constant", "stopAfterTargets": 5, "validationInterval": 10},
   "quality": {"seeds": [7, 8], "steps": 20}}
  """#

struct StagedExperimentTests {
  @Test func theStagesAreRead() throws {
    let read = try experiment(staged)
    #expect(read.stageKinds == [.tuning, .evaluation, .quality])
    #expect(read.selection?.learningRates == [0.001, 0.002, 0.004])
    #expect(read.quality?.schedule == .linear)
    #expect(read.baselines == [["slow"], ["other", "slow"]])
    #expect(read.tunedArms.map(\.name) == ["slow", "other", "fast"])
    let again = try experiment(read.resolved.serialized())
    #expect(again == read && again.arms == read.arms)
    #expect(try experiment(minimal).stageKinds == [.evaluation])
  }

  @Test(arguments: [
    ("learningRates=[0.1]", "learningRates is given, and so is selection.learningRates; expected one of them"),
    ("targetLosses=[3]", "targetFractions is given, and so is targetLosses; expected one of them"),
    ("arms.slow.targetLosses=[3]", "arms.slow.targetLosses is given, and so is selection; expected targetFractions"),
    ("selection=null", "targetFractions is given without selection; expected both"),
    ("selection.seeds=[1]", "would report seed 1, a seed of selection; expected seeds that the tuning has not seen"),
    ("selection.seeds=[51]", "arms.sham would report seed 1 (seedOffset 50 added), a seed of selection"),
    ("selection.seeds=[8]", "would report seed 8, a seed of selection"),
    ("quality.seeds=[2]", "seed 2 is in quality.seeds and in seeds; expected seeds of their own for each"),
    ("selection.learningRates=[0.1]", "expected a list of 2 to 1000 values"),
    ("selection={}", "selection.learningRates is missing; expected a list of 2"),
    ("quality={}", "quality.seeds is missing; expected a list of 1"),
    ("selection.target=0.6", "selection.target is 0.6; expected one of targetFractions"),
    ("targetFractions=[1.5]", "targetFractions.0 is 1.5; expected a number above 0 to below 1"),
    ("arms.sham.rateOf=fats", "arms.sham.rateOf is \"fats\" (did you mean fast?); expected an arm: slow, other, fast"),
    ("arms.sham.rateOf=sham", "arms.sham.rateOf is \"sham\"; expected an arm that is tuned by itself"),
    ("arms.sham.baselines=[\"fsat\"]", "arms.sham.baselines is \"fsat\" (did you mean fast?)"),
    ("baselines=[\"slow\",[\"othr\"]]", "baselines is \"othr\" (did you mean other?); expected an arm"),
    ("baseline=fast", "baseline is \"fast\"; expected the first of baselines, \"slow\""),
    ("training.schedule=stable", "training.schedule is \"stable\" (did you mean stable-decay?)"),
  ])
  func whatDoesNotFitIsRefused(setting: String, message: String) {
    #expect(fault(staged, setting).contains(message), "\(fault(staged, setting))")
  }

  @Test func aDecayInsideTheWarmUpIsRefused() throws {
    let stable = "training.schedule=stable-decay"
    #expect(
      fault(minimal, stable, "training.decaySteps=950")
        == "--set training.decaySteps=950: arms.r.decaySteps is 950, so the decay would begin at step 50, "
        + "inside the warm-up; expected at most 900, which is steps minus warmupSteps")
    #expect(fault(minimal, stable, "training.decaySteps=1000").contains("would begin before the first step"))
    #expect(fault(minimal, stable, "training.decaySteps=900") == "nothing was wrong")
    #expect(fault(minimal, stable, "training.steps=110").contains("would begin at step 88, inside the warm-up"))
    // Without stable-decay the key has no effect.
    #expect(fault(minimal, "training.decaySteps=950") == "nothing was wrong")
    #expect(
      fault(staged, "quality.schedule=stable-decay", "training.decaySteps=15").contains(
        "quality: arms.slow.decaySteps is 15, so the decay would begin at step 5, inside the warm-up"))
  }

  /// The tuning takes its whole budget where targets follow from it, and neither the sham nor other seeds are in it.
  @Test func theTuningIsAPlainGrid() throws {
    let grid = try experiment(staged).tuningGrid([0.001, 0.002])
    #expect(!grid.isStaged && grid.quality == nil)
    #expect(
      grid.cells.map(\.folderName)
        == ["slow", "other", "fast"].flatMap { arm in
          ["0.001", "0.002"].map { "\(arm)-lr\($0)-seed1000" }
        })
    #expect(grid.cells.allSatisfy { $0.stop == nil && $0.training.steps == 40 })
    // With targets that are given, tuning runs end after them too.
    let given = try experiment(staged, "targetFractions=null", "targetLosses=[4,3]").tuningGrid([0.001, 0.002])
    #expect(given.cells.allSatisfy { $0.stop?.target == 3 && $0.stop?.extraSteps == 5 })
  }

  private func choice(_ settings: String...) throws -> (Experiment, SelectionRecord) {
    var tree = try JSONValue.parse(staged, source: "x.json")
    for setting in settings { tree = try Overrides.apply(setting, to: tree) }
    let read = try Experiment(tree)
    func arm(_ name: String, _ rate: Double, steps: Double?, rateOf: String? = nil) -> SelectionRecord.Arm {
      SelectionRecord.Arm(
        arm: name, learningRate: rate, isInterior: true, hasReached: steps != nil, rateOf: rateOf, why: "",
        tried: rateOf == nil
          ? [.init(learningRatePeak: rate, runs: 1, reached: steps == nil ? 0 : 1, steps: steps, diverged: 0)] : [])
    }
    let record = SelectionRecord(
      rule: "", asked: try #require(read.selection), learningRates: [0.001, 0.002, 0.004], isInterior: true,
      targetFractions: read.targetFractions,
      conditions: [
        .init(arms: ["slow", "other", "fast", "sham"], targetLosses: [5, 4.5, 4], decidingTargetNats: 4.5)
      ],
      arms: [
        arm("slow", 0.001, steps: 30), arm("other", 0.002, steps: 25), arm("fast", 0.004, steps: 10),
        arm("sham", 0.004, steps: 10, rateOf: "fast"),
      ])
    return (read, record)
  }

  @Test func theEvaluationHasEachArmsRateAndFreshSeeds() throws {
    let (read, choice) = try choice()
    let grid = try read.evaluationGrid(choice)
    #expect(
      grid.cells.map(\.folderName)
        == [("slow", "0.001"), ("other", "0.002"), ("fast", "0.004"), ("sham", "0.004")]
        .flatMap { arm, rate in (0...2).map { "\(arm)-lr\(rate)-seed\($0)" } })
    #expect(grid.targetLosses == [5, 4.5, 4])
    #expect(grid.cells.allSatisfy { $0.stop?.target == 4 })
    // Of the second baseline's candidates, the one that was sooner in the tuning.
    #expect(grid.baselines == [["slow"], ["other"]])
    #expect(grid.arms.last?.baselines == [["fast"]])
    #expect(choice.baselines(of: read).map(\.chosen) == ["other"])
    let tuned = Set(try read.tuningGrid([0.001, 0.002, 0.004]).cells.map(\.randomSeed))
    #expect(grid.cells.allSatisfy { !tuned.contains($0.randomSeed) })
  }

  @Test func anArmThatReachedNothingGetsFewerSeeds() throws {
    var (read, choice) = try choice()
    choice.arms[1].hasReached = false
    #expect(try read.evaluationGrid(choice).cells.filter { $0.arm.name == "other" }.map(\.seed) == [0])
    choice.arms[1].learningRate = nil
    #expect(try !read.evaluationGrid(choice).arms.contains { $0.name == "other" })
  }

  @Test func theRunsOfOneBudgetDecayAndDoNotStop() throws {
    let (read, choice) = try choice()
    let grid = try read.qualityGrid(choice)
    #expect(grid.cells.map(\.seed) == [7, 8, 7, 8, 7, 8, 7, 8])
    #expect(grid.cells.allSatisfy { $0.training.steps == 20 && $0.training.schedule == .linear && $0.stop == nil })
  }

  /// A damaged or edited file ends in a line, not in a trap.
  @Test func aSelectionThatDoesNotFitIsRefused() throws {
    var (read, choice) = try choice()
    choice.arms[2].learningRate = 100
    let error = #expect(throws: (any Error).self) { try read.evaluationGrid(choice) }
    #expect("\(error!)".contains("selection.json: does not fit the experiment: "), "\(error!)")
  }

  /// Without a target the report says why, and for which arms.
  @Test func theChoiceSaysWhyThereIsNoTarget() throws {
    var (read, choice) = try choice()
    #expect(choice.notes(of: read).count == 1, "the baseline alone")
    choice.conditions[0].targetLosses = []
    let why = "No tuning run ended below the loss of word frequencies, so there is no target."
    #expect(choice.notes(of: read).last == why)
  }

  @Test func gridsGrowInTheirRatio() {
    #expect(RateSelection.extended([0.001, 0.002], isHigh: true) == [0.001, 0.002, 0.004])
    #expect(RateSelection.extended([0.001, 0.002], isHigh: false) == [0.0005, 0.001, 0.002])
    #expect(RateSelection.extended([0.001, 0.003], isHigh: true) == [0.001, 0.003, 0.009])
    #expect(RateSelection.extended([1, 8], isHigh: true) == nil)
  }

  @Test func aPlanIsPrintedWithTheRatesAtItsCorners() throws {
    let lines = DryRun(try experiment(staged, "training.warmupSteps=10")).lines
    #expect(lines[0] == "s: 4 arms")
    #expect(lines[1].hasPrefix("tuning: 9 runs at learning rates 0.001, 0.002, 0.004, seeds 1000; up to 2 rates more"))
    #expect(lines[2] == "  constant: step 1 10 % of the peak, step 10 100 % of the peak, step 40 100 % of the peak")
    #expect(lines[3] == "evaluation: at most 12 runs at the chosen rates, seeds 0, 1, 2")
    #expect(lines[4].hasSuffix("; a run ends 5 steps after its lowest target is confirmed"))
    #expect(lines[5] == "quality: 8 runs at the chosen rates, seeds 7, 8")
    #expect(lines[6].hasPrefix("  linear: step 1 10 % of the peak, step 10 100 % of the peak, step 20 9.091 %"))
    let own = DryRun(try experiment(staged, "arms.slow.seeds=[5]"), stage: .evaluation).lines
    #expect(own[1].hasSuffix("seeds 0, 1, 2; slow: seeds 5") && own.count == 3)
    let plain = DryRun(try experiment(minimal, "training.schedule=cosine", "training.decayFloor=0.1")).lines
    #expect(plain[1] == "evaluation: 3 runs")
    #expect(plain[2].hasPrefix("  cosine: step 1 1e-05, step 100 0.001, step 1000 0.0001"))
  }
}
