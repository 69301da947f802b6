import Curves
import Testing

@testable import Reports

/// What a sceptic would look for first: crossings by chance, seeds that are not paired, tuning that leaks.
struct FairnessTests {
  /// `fast` dips below the target at one validation, long before it stays there.
  @Test func aDipBelowTheTargetIsNoCrossing() throws {
    let study = study { $0.targetLosses = [4] }
    var rows = rows(study, slopes: ["slow": 0.6, "fast": 0.6])
    let undisturbed = Analysis(study: study, rows: rows)
    for i in rows.indices where rows[i].arm == "fast" && rows[i].point.step == 100 {
      rows[i].point[.validationLoss] = 3.9
    }
    let disturbed = Analysis(study: study, rows: rows)
    #expect(disturbed.best("fast", at: 4)?.steps == undisturbed.best("fast", at: 4)?.steps)
    #expect(disturbed.best("fast", at: 4)?.speedUp == undisturbed.best("fast", at: 4)?.speedUp)
  }

  /// The seeds of both arms are slow and fast together, so that the ratio is the same on each.
  ///
  /// With one arm's seeds
  /// exchanged, the same curves say much less.
  @Test func seedsArePaired() throws {
    let speeds = [0.6, 0.9, 1.2, 1.6]
    let study = study { ($0.seeds, $0.targetLosses) = (Array(speeds.indices), [4]) }
    func interval(_ order: [Int]) throws -> ClosedRange<Double> {
      let analysis = analysis(study) { cell in
        cell.arm.name == "slow" ? speeds[cell.seed] : 1.2 * speeds[order[cell.seed]]
      }
      return try #require(analysis.best("fast", at: 4)?.speedUp.ratio?.interval)
    }
    let (paired, shuffled) = (try interval([0, 1, 2, 3]), try interval([3, 2, 1, 0]))
    #expect(shuffled.upperBound / shuffled.lowerBound > 1.5 * paired.upperBound / paired.lowerBound)
  }

  /// Runs of tuning lie beside those that are reported: other seeds and other rates, and much better.
  @Test func runsThatTheStudyDoesNotAskForEnterNothing() {
    let study = study()
    let own = rows(study, slopes: ["slow": 0.625, "fast": 1.25])
    var tuning = study
    (tuning.seeds, tuning.learningRates) = ([1000, 1001, 0], [1e-3, 2e-3])
    let others = rows(tuning, slopes: ["slow": 1.4, "fast": 0.1])
      .filter { $0.seed >= 1000 || $0.learningRatePeak == 2e-3 }
    #expect(others.count == 2 * 5 * 9)
    let (alone, beside) = (
      Report(Analysis(study: study, rows: own)), Report(Analysis(study: study, rows: others + own + others))
    )
    for text in [\Report.finding, \.table, \.summaryCSV, \.summaryMarkdown, \.curvesSVG, \.speedUpSVG] {
      #expect(alone[keyPath: text] == beside[keyPath: text])
    }
    // The study of the tuning itself says something else.
    #expect(Report(Analysis(study: tuning, rows: others + own)).summaryCSV != alone.summaryCSV)
  }

  /// What tuning found are rates, not speed-ups, and a comparison of experiments passes over it.
  @Test func tuningFindsRatesAlone() {
    let tuning = study { ($0.stage, $0.seeds, $0.learningRates) = (.tuning, [1000, 1001], [1e-3, 2e-3]) }
    let analysis = analysis(tuning) { $0.arm.name == "slow" ? 0.6 : 600 * $0.learningRate }
    #expect(
      Report(analysis).finding
        == "slow's learning rate is 0.001: 2 seeds reached 4 nats after 333 steps, and no other rate is better by the rule. "
        + "It lies at the edge of the rates that were tried.\nfast's learning rate is 0.002: 2 seeds reached 4 nats, no fewer "
        + "than at any other rate, and after the fewest steps (167; next 333). It lies at the edge of the rates that were "
        + "tried.")
    #expect(Comparison([.init(label: "x", analysis: analysis)]).csv.split(separator: "\n").count == 1)
  }

  /// An arm's own seeds are the ones that count, not those of the study.
  @Test func seedsOfAnArmAreItsOwn() {
    let whole = study { $0.seeds = [0, 1, 2] }
    var fewer = whole
    fewer.arms[0].seeds = [0, 1]
    let rows = rows(whole, slopes: ["slow": 0.6, "fast": 1.2])
    let row = Analysis(study: fewer, rows: rows).best("fast", at: 4)
    #expect(row?.runs.count == 3 && row?.pairCount == 2)
  }
}
