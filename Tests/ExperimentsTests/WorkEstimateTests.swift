import Testing
import Training

@testable import Experiments

struct WorkEstimateTests {
  /// Two runs of 100 steps of 1000 tokens, and one of a wider model; no held-out loss but at the first step and the last.
  private func cells() throws -> [Cell] {
    try experiment(
      #"""
      {"name": "x", "corpus": "c.txt", "seeds": [0],
       "arms": [{"name": "a", "position": "rotary"}, {"name": "b", "position": "none"},
                {"name": "wide", "position": "none", "layers": 4, "hiddenSize": 256, "heads": 4}],
       "training": {"steps": 100, "batchSize": 10, "sequenceLength": 100, "validationInterval": 100}}
      """#
    ).cells
  }

  private func estimate(_ cells: [Cell], _ pace: Pace, runsAtOnce: Int = 1) -> WorkEstimate {
    var estimate = WorkEstimate(cells.map { ($0, 0) }, pace, vocabularySize: 1000, validationTokens: 3000)
    estimate.runsAtOnce = runsAtOnce
    return estimate
  }

  /// A second for each step of the small models, half an hour for one of the wide model.
  private func pace(_ cells: [Cell]) -> Pace {
    var pace = Pace()
    pace.add(cells[0], vocabularySize: 1000, trained: 3000, seconds: 3)
    pace.add(cells[2], vocabularySize: 1000, trained: 3000, seconds: 3 * 1800)
    return pace
  }

  private func isAbout(_ value: Double?, _ expected: Double) -> Bool {
    value.map { abs($0 - expected) <= 1e-9 * expected } ?? false
  }

  @Test func eachSizeHasItsTrial() throws {
    let cells = try cells()
    #expect(Pace.differing(cells).map(\.index) == [0, 2])
    // 100 steps and two validations, each as much work as a step.
    #expect(isAbout(estimate([cells[0]], pace(cells)).secondsLeft, 102))
    #expect(isAbout(estimate(cells, pace(cells)).secondsLeft, 2 * 102 + 102 * 1800))
    #expect(isAbout(estimate([cells[0], cells[1]], pace(cells), runsAtOnce: 2).secondsLeft, 102))
  }

  /// What arms are said to cost follows the experiment's masking, up to its cap.
  @Test func operationsFollowTheMasking() throws {
    func flops(_ probability: Double, cap: Int? = nil) throws -> Double {
      let read = try experiment(
        #"""
        {"name": "x", "corpus": "c.txt", "arms": [{"name": "a", "position": "rotary"}],
         "training": {"sequenceLength": 100},
         "masking": {"probability": \#(probability), "cap": \#(cap.map(String.init) ?? "null")}}
        """#)
      return read.arms[0].trainingFLOPsPerToken(vocabularySize: 1000)
    }
    let encoder = try cells()[0].arm.encoder(vocabularySize: 1000)
    #expect(try flops(0.15) == encoder.trainingFLOPsPerToken(sequenceLength: 100, predictedShare: 0.15))
    #expect(try flops(0.4) > flops(0.15))
    #expect(try flops(0.4, cap: 20) == encoder.trainingFLOPsPerToken(sequenceLength: 100, predictedShare: 0.2))
    #expect(try flops(0.15, cap: 20) == flops(0.15))
  }

  @Test func aRunThatGoesOnHasLessToDo() throws {
    let cells = try cells()
    let rest = WorkEstimate(
      [(cells[0], 40)], pace(cells), vocabularySize: 1000, validationTokens: 3000)
    #expect(isAbout(rest.secondsLeft, 61))
  }

  /// One slow step among the first says little; what goes on says all.
  @Test func whatIsMeasuredTakesThePlaceOfTheTrial() throws {
    let cell = try cells()[0]
    var estimate = estimate([cell], pace(try cells()))
    func add(_ steps: Int, seconds: Double) {
      estimate.add(cell, vocabularySize: 1000, trained: 1000 * steps, measured: 0, seconds: seconds)
    }
    add(1, seconds: 3)
    #expect(isAbout(estimate.secondsLeft, 101 * 13 / 11))
    add(89, seconds: 3 * 89)
    // 12 s of work as expected are left, and went three times as slowly.
    #expect(isAbout(estimate.secondsLeft, 12 * 280 / 100))
  }

  @Test func withoutATrialWhatIsMeasuredDecides() throws {
    let cell = try cells()[0]
    var estimate = estimate([cell], Pace())
    #expect(estimate.secondsLeft == nil)
    estimate.add(cell, vocabularySize: 1000, trained: 2000, measured: 0, seconds: 8)
    #expect(isAbout(estimate.secondsLeft, 400))
  }

  /// A run that ends after its targets takes the rest of its budget off the estimate.
  @Test func aRunThatEndsSoonerLeavesLess() throws {
    let cells = try cells()
    var both = estimate([cells[0], cells[1]], pace(cells))
    both.end(cells[0], at: 40)
    // 60 steps and the last validation, which is as much work as a step.
    #expect(isAbout(both.secondsLeft, 2 * 102 - 61))
    both.end(cells[1], at: 100)
    #expect(isAbout(both.secondsLeft, 2 * 102 - 61))
  }
}
