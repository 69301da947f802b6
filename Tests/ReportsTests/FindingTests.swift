import Curves
import Testing

@testable import Reports

/// The finding of curves that fall in a straight line from 6 nats, at 1 nat a hundred steps times each seed's speed.
private func finding(
  speeds: [String: [Double]], _ change: (inout Study) -> Void = { _ in }, alter: (inout CurveRow) -> Void = { _ in }
) -> String {
  let study = study { study in
    study.targetLosses = [4]
    change(&study)
  }
  var rows = rows(study, slopes: [:])
  for i in rows.indices {
    let speed = speeds[rows[i].arm]?[rows[i].seed] ?? 0
    rows[i].point[.validationLoss] = 6 - speed * Double(rows[i].point.step) / 100
    alter(&rows[i])
  }
  return Report(Analysis(study: study, rows: rows)).finding
}

/// Each branch of the finding is read once.
struct FindingTests {
  // MARK: - Ratios

  @Test func fewerSteps() {
    #expect(
      finding(speeds: ["slow": [0.51, 0.52], "fast": [1.51, 1.52]])
        == "fast needed 2.94× fewer steps than slow to reach a held-out loss of 4 nats (95% interval 2.33× to 4.00×, "
        + "2 seeds; validations are too far apart to tell it more exactly).")
  }

  @Test func moreSteps() {
    let text = finding(speeds: ["slow": [1.51, 1.52], "fast": [0.51, 0.52]])
    #expect(
      text.hasPrefix("fast needed 2.94× more steps than slow to reach a held-out loss of 4 nats (95% interval 2.33×"))
  }

  @Test func notToldApart() {
    let text = finding(speeds: ["slow": [0.6, 0.9], "fast": [0.7, 0.8]])
    #expect(
      text.hasPrefix("fast and slow were not told apart in the steps needed to reach a held-out loss of 4 nats (ratio ")
    )
    #expect(text.contains(", 95% interval "))
  }

  @Test(arguments: [(0.6, 1.2, "2.00× fewer"), (1.2, 0.6, "2.00× more")])
  func oneSeed(slow: Double, fast: Double, comparison: String) {
    #expect(
      finding(speeds: ["slow": [slow], "fast": [fast]]) { $0.seeds = [0] }
        == "fast needed \(comparison) steps than slow to reach a held-out loss of 4 nats (one seed: no interval).")
  }

  @Test func bestRatesAreNamedWhereThereAreSeveral() {
    let text = finding(speeds: ["slow": [0.6, 0.6], "fast": [1.2, 1.2]]) { $0.learningRates = [1e-3, 2e-3] }
    #expect(text.contains("2 seeds, each arm at its best learning rate"))
  }

  // MARK: - Bounds

  @Test func aBoundAfterARatio() {
    let text = finding(speeds: ["slow": [0.6, 0.6], "fast": [1.2, 1.2]]) { $0.targetLosses = [4, 2] }
    #expect(text.hasPrefix("fast needed 2.00× fewer steps than slow to reach a held-out loss of 4 nats (95% interval "))
    #expect(text.hasSuffix("; at 2 nats at least 1.14× fewer (75% one-sided, 2 seeds; slow's budget was exhausted)."))
  }

  @Test func aBoundAlone() {
    #expect(
      finding(speeds: ["slow": [0.4, 0.4], "fast": [1.2, 1.2]])
        == "fast needed at least 2.00× fewer steps than slow to reach a held-out loss of 4 nats (75% one-sided, 2 seeds; "
        + "slow's budget was exhausted).")
    #expect(
      finding(speeds: ["slow": [1.2, 1.2], "fast": [0.4, 0.4]])
        == "fast needed at least 2.00× more steps than slow to reach a held-out loss of 4 nats (75% one-sided, 2 seeds; "
        + "fast's budget was exhausted).")
  }

  @Test func aBoundOfOneSeed() {
    let text = finding(speeds: ["slow": [0.4], "fast": [1.2]]) { $0.seeds = [0] }
    #expect(text.hasSuffix("(one seed: no confidence; slow's budget was exhausted)."))
  }

  /// The seeds' bounds lie so far apart that their limit is on the other side of 1.
  @Test func aBoundThatTellsNothingApart() {
    #expect(
      finding(speeds: ["slow": [0.4, 1.2], "fast": [1.9, 0.8]]).hasPrefix(
        "fast and slow were not told apart at 4 nats: slow's steps were at least 0."))
    #expect(
      finding(speeds: ["slow": [1.9, 0.8], "fast": [0.4, 1.2]]).hasPrefix(
        "fast and slow were not told apart at 4 nats: slow's steps were at most "))
  }

  /// After a ratio at another target the arms are not named again.
  @Test func aBoundThatTellsNothingApartAfterARatio() {
    let text = finding(speeds: ["slow": [0.6, 0.8], "fast": [1.5, 0.78]]) { $0.targetLosses = [5, 3] }
    #expect(text.contains("; at 3 nats they were not told apart: slow's steps were at least "), "\(text)")
  }

  @Test func aSeedThatDiverged() {
    let text = finding(
      speeds: ["slow": [0.6, 0.6], "fast": [1.2, 1.2]],
      alter: { row in
        if row.arm == "slow", row.seed == 1, row.point.step == 350 { row.point[.trainingLoss] = .nan }
      })
    #expect(text.contains("slow diverged on a seed"))
  }

  @Test func anEarlyArm() {
    let text = finding(speeds: ["slow": [0.6, 0.6], "fast": [5, 5]])
    #expect(
      text == "fast needed at least 6.00× fewer steps than slow to reach a held-out loss of 4 nats (75% one-sided, "
        + "2 seeds; fast was there before its second validation).")
  }

  // MARK: - Nothing to compare

  @Test func neitherGotThere() {
    #expect(
      finding(speeds: ["slow": [0.1, 0.1], "fast": [0.2, 0.2]])
        == "fast and slow cannot be compared: at 4 nats neither got there within its budget.")
  }

  @Test func onSomeSeedNeitherGotThere() {
    #expect(
      finding(speeds: ["slow": [0.1, 1], "fast": [0.2, 1]])
        == "fast and slow cannot be compared: at 4 nats neither got there on some seed.")
  }

  @Test func eachMissedItOnAnotherSeed() {
    #expect(
      finding(speeds: ["slow": [0.1, 1], "fast": [1, 0.1]])
        == "fast and slow cannot be compared: at 4 nats each missed it on a seed on which the other got there.")
  }

  /// With validations every 50 steps, two arms that cross within the first interval have no ratio.
  @Test func bothWereThereBeforeTheSecondValidation() {
    #expect(
      finding(speeds: ["slow": [4.1, 4.2], "fast": [4.15, 4.25]])
        == "fast and slow cannot be compared: at 4 nats both got there before the second validation on some seed "
        + "(validate more often).")
  }

  @Test func targetsAreNamedWithTheirReason() {
    let text = finding(speeds: ["slow": [0.5], "fast": [0.6]]) { ($0.targetLosses, $0.seeds) = ([5.9, 3, 2], [0]) }
    #expect(
      text
        == "fast and slow cannot be compared: at 2, 3 nats neither got there within its budget; at 5.9 nats both got "
        + "there before the second validation on some seed (validate more often).")
  }

  @Test func armsWithoutRuns() {
    let slow = finding(
      speeds: ["slow": [1, 1], "fast": [1, 1]],
      alter: { row in
        if row.arm == "slow" { row.seed = 99 }
      })
    #expect(slow == "fast and slow cannot be compared: at 4 nats slow has no finished run.")
    let fast = finding(
      speeds: ["slow": [1, 1], "fast": [1, 1]],
      alter: { row in
        if row.arm == "fast" { row.seed = 99 }
      })
    #expect(fast == "fast has no finished run.")
    let apart = finding(
      speeds: ["slow": [1, 1], "fast": [1, 1]],
      alter: { row in
        if (row.arm == "fast") == (row.seed == 0) { row.seed = 99 }
      })
    #expect(apart == "fast and slow cannot be compared: at 4 nats no seed has a finished run of both.")
    let severally = finding(speeds: ["slow": [1, 1], "other": [1, 1], "fast": [1, 1]]) { study in
      study.arms.insert(.init("other", "learned"), at: 1)
      study.baselines = ["slow", "other"]
    } alter: { row in
      if row.arm == "fast" { row.seed = 99 }
    }
    #expect(severally.split(separator: "\n").dropFirst() == ["fast has no finished run."])
    let none = finding(speeds: ["slow": [1, 1], "fast": [1, 1]], alter: { $0.seed = 99 })
    #expect(none == "No run is finished.")
  }

  @Test func oneArmAlone() {
    #expect(
      finding(speeds: ["slow": [1, 1]]) { $0.arms.removeLast() }
        == "There is one arm, and nothing to compare it with.")
  }

  // MARK: - Every arm, every target

  @Test func everyArmHasASentence() {
    let text = finding(speeds: ["slow": [0.6, 0.6], "fast": [1.2, 1.2], "idle": [0.1, 0.1], "late": [0.1, 0.1]]) {
      for name in ["idle", "late"] {
        $0.arms.append(.init(name: name, position: "none", steps: 400, flopsPerToken: 1, parameterCount: nil))
      }
    }
    let sentences = text.split(separator: "\n")
    #expect(sentences.count == 3)
    #expect(
      zip(sentences, ["fast needed", "idle needed at least", "late needed at least"]).allSatisfy { $0.hasPrefix($1) })
  }

  /// Arms that were sooner come first; those that cannot be compared, or have no run, last.
  @Test func answersComeFirst() {
    let text = finding(speeds: ["slow": [0.6, 0.6], "fast": [1.2, 1.2], "idle": [0.1, 0.1], "other": [0.1, 0.1]]) {
      $0.arms =
        [.init("slow", "sinusoidal"), .init("none", "none"), .init("idle", "none"), .init("other", "none")]
        + [$0.arms[1]]
      $0.arms[2].baselines = ["other"]
    } alter: { row in
      if row.arm == "none" { row.seed = 99 }
    }
    let sentences = text.split(separator: "\n").prefix(4)
    #expect(
      zip(sentences, ["fast needed 2.00× fewer", "other needed at least", "none has no", "idle and other cannot"])
        .allSatisfy { $0.hasPrefix($1) }, "\(text)")
  }

  @Test func aTargetAboveTheFirstLossIsNone() {
    #expect(
      finding(speeds: ["slow": [1, 1], "fast": [1, 1]]) { $0.targetLosses = [7] }
        == "7 nats is no target: every run's held-out loss is there before the first step.")
    let some = finding(speeds: ["slow": [0.6, 0.6], "fast": [1.2, 1.2]]) {
      $0.targetLosses = [6, 4]
    } alter: { row in
      if row.seed == 1, row.point.step == 0 { row.point[.validationLoss] = 6.5 }
    }
    let sentences = some.split(separator: "\n")
    #expect(sentences.count == 2 && sentences[0].contains("a held-out loss of 4 nats"))
    #expect(sentences[1] == "6 nats is no target: the held-out loss of 2 of 4 runs is there before the first step.")
  }

  // MARK: - No targets

  /// While rates are tuned, targets may still follow; what the runs tell of them is said.
  @Test func tuningSaysWhyThereIsNoTarget() {
    func text(unigramLoss: Double? = 5, slope: Double, leavingOut: Int? = nil) -> String {
      let study = study { study in
        (study.stage, study.targetLosses) = (.tuning, [])
        for i in study.arms.indices { study.arms[i].unigramLoss = unigramLoss }
      }
      let rows = rows(study, slopes: ["slow": slope, "fast": slope]) { $0.seed == leavingOut && $1 > 200 }
      return Report(Analysis(study: study, rows: rows)).summaryMarkdown
    }
    let yet = "No target loss is set yet: targets given as fractions follow from the tuning runs."
    let never = "No target loss is set: no run ended below the loss of word frequencies, 5.00 nats."
    #expect(text(slope: 0.1).contains(never))
    #expect(text(slope: 0.25).contains(never), "a run that ends at that loss is not below it")
    #expect(text(slope: 0.3).contains(yet))
    #expect(text(slope: 0.1, leavingOut: 1).contains(yet), "a run is still to come")
    #expect(text(unigramLoss: nil, slope: 0.1).contains(yet))
    let other = study { $0.targetLosses = [] }
    let page = Report(Analysis(study: other, rows: rows(other, slopes: [:]))).summaryMarkdown
    #expect(page.contains("\nNo target loss is set.\n"))
  }

  @Test func ratesOfATuningUnderWayMayStillChange() {
    func text(leavingOut: Int?) -> String {
      let study = study { $0.stage = .tuning }
      let rows = rows(study, slopes: [:]) { $0.seed == leavingOut && $1 > 200 }
      return Finding(analysis: Analysis(study: study, rows: rows)).sentences.joined(separator: "\n")
    }
    #expect(text(leavingOut: 1).hasPrefix("2 of 4 tuning runs are not over: rates may still change.\nslow's"))
    #expect(text(leavingOut: nil).hasPrefix("slow's learning rate"))
  }

  @Test func withoutTargetsTheEndIsCompared() {
    #expect(
      finding(speeds: ["slow": [1, 1.1], "fast": [1.2, 1.3]]) { $0.targetLosses = [] }
        == "No target loss is set.\nfast ended 0.800 nats below slow (95% interval 0.800 to 0.800 below).")
    #expect(
      finding(speeds: ["slow": [1.2, 1.4], "fast": [1, 1.1]]) { $0.targetLosses = [] }
        == "No target loss is set.\nfast ended 1.000 nats above slow (95% interval 3.541 above to 1.541 below).")
    #expect(
      finding(speeds: ["slow": [1], "fast": [1.2]]) { ($0.targetLosses, $0.seeds) = ([], [0]) }
        == "No target loss is set.\nfast ended 0.800 nats below slow (one seed).")
    let none = finding(speeds: ["slow": [1, 1], "fast": [1, 1]]) {
      $0.targetLosses = []
    } alter: { row in
      if row.arm == "fast" { row.seed = 99 }
    }
    #expect(none == "No target loss is set.\nfast has no finished pair.")
  }
}
