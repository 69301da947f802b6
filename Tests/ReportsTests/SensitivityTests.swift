import Testing

@testable import Reports

struct SensitivityTests {
  private let swept = study { ($0.learningRates, $0.targetLosses) = ([1e-3, 2e-3], [4]) }

  /// The ratio at every pair of rates: `slow` misses the target at its higher one.
  @Test func everyPairOfRatesIsCompared() throws {
    let analysis = analysis(swept) { cell in
      let isHigh = cell.learningRate == 2e-3
      return cell.arm.name == "slow" ? (isHigh ? 0.1 : 0.6) : (isHigh ? 1.2 : 0.8)
    }
    #expect(analysis.sensitivity.map(\.armRate) == [1e-3, 1e-3, 2e-3, 2e-3])
    #expect(analysis.sensitivity.map(\.baselineRate) == [1e-3, 2e-3, 1e-3, 2e-3])
    #expect(
      analysis.sensitivity.map { $0.speedUp.shortText } == [
        "1.33×", "at least 1.60× (75%)", "2.00×", "at least 2.00× (75%)",
      ])
    let report = Report(analysis)
    let lines = report.sensitivityCSV.split(separator: "\n")
    #expect(
      lines[0] == "experiment,stage,arm,baseline,target_loss_nats,arm_learning_rate,baseline_learning_rate,pairs,"
        + "speedup,speedup_low,speedup_high,estimator,confidence")
    #expect(lines.count == 5)
    #expect(lines[3].hasPrefix("x,evaluation,fast,slow,4,0.002,0.001,2,"))
    #expect(lines[4].hasSuffix(",,median-order-statistics,0.75"))
    #expect(
      report.summaryMarkdown.contains(
        """
        | fast at | slow at **0.001** | slow at 0.002 |
        | --- | ---: | ---: |
        | 0.001 | 1.33× | at least 1.60× (75%) |
        | **0.002** | 2.00× | at least 2.00× (75%) |
        """))
  }

  /// One rate a side is what the other tables say; a single arm has nothing to be sensitive to.
  @Test func oneRateHasNoTable() {
    var tuned = swept
    (tuned.arms[0].learningRates, tuned.arms[1].learningRates) = ([1e-3], [2e-3])
    #expect(analysis(tuned) { _ in 1 }.sensitivity.isEmpty)
    #expect(!Report(analysis(tuned) { _ in 1 }).summaryMarkdown.contains("Sensitivity"))
  }
}
