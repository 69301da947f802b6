import Curves
import Testing

@testable import Reports

struct GapTests {
  /// The gap of `fast`, which lies a nat below `slow` until each seed's difference at the end.
  private func gap(endingAt differences: [Double], peak: Double = 1) -> Gap? {
    let study = study { $0.seeds = Array(differences.indices) }
    var rows = rows(study, slopes: ["slow": 1, "fast": 1])
    for i in rows.indices where rows[i].arm == "fast" {
      rows[i].point[.validationLoss]! -= rows[i].point.step == 400 ? differences[rows[i].seed] : peak
    }
    return Analysis(study: study, rows: rows).gaps.first
  }

  /// The interval of 0, 0, 0.1 is −0.110 to 0.177, that of 0, 0.1, 0.2 is −0.148 to 0.348.
  @Test func closedIsWhatLiesWithinAQuarterWithItsWholeInterval() {
    #expect(gap(endingAt: [0, 0, 0.1])?.verdict == .closed)
    #expect(gap(endingAt: [0, 0.1, 0.2])?.verdict == .uncertain)
    #expect(gap(endingAt: [0.1, 0.11, 0.12])?.verdict == .closed)
    // An interval that holds zero does not close a gap that was as small as itself.
    #expect(gap(endingAt: [0, 0, 0.1], peak: 0.05)?.verdict == .uncertain)
    #expect(gap(endingAt: [0.9, 1, 1.1])?.verdict == .armBetter)
    #expect(gap(endingAt: [-0.9, -1, -1.1])?.verdict == .baselineBetter)
    #expect(gap(endingAt: [0.1])?.verdict == .unjudged)
  }

  @Test(arguments: [
    (
      [0, 0, 0.1],
      "fast was at most 1.000 nats below slow (at step 0). It ends 0.033 nats below slow (95% interval 0.110 "
        + "above to 0.177 below): the gap closes, as its whole interval lies within a quarter of the largest gap. The arm "
        + "is faster, not better."
    ),
    (
      [0, 0.1, 0.2],
      "(95% interval 0.148 above to 0.348 below): with these seeds the end cannot be told apart from no "
        + "difference."
    ),
    (
      [0.9, 1, 1.1],
      "(95% interval 0.752 to 1.248 below): the gap stays open. Within this budget the arm is better, not "
        + "only faster."
    ),
    ([-0.9, -1, -1.1], "It ends 1.000 nats above slow (95% interval 0.752 to 1.248 above): slow ends lower."),
    ([0.1], "It ends 0.100 nats below slow (one seed): with one pair of runs, chance and effect cannot be told apart."),
  ]) func theSentenceSaysOnWhichSide(differences: [Double], end: String) throws {
    #expect(try #require(gap(endingAt: differences)).sentence.hasSuffix(end))
  }

  @Test func anArmThatWasNeverBelowIsSaidToBeSo() throws {
    let text = try #require(gap(endingAt: [-1, -1.1], peak: -0.5)).sentence
    #expect(text.hasPrefix("fast was never below slow. It ends "))
  }
}
