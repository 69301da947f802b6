import Testing

@testable import Reports

struct TableTests {
  private func report(
    slopes: [String: Double], _ change: (inout Study) -> Void
  ) -> Report {
    let study = study(change)
    return Report(Analysis(study: study, rows: rows(study, slopes: slopes)))
  }

  /// A sweep at which most rows reach nothing: they are one line, not a table.
  @Test func rowsThatSayNothingAreFolded() {
    let page = report(slopes: ["slow": 0.1, "fast": 0.1]) { $0.learningRates = [1e-3, 2e-3, 4e-3] }.summaryMarkdown
    #expect(page.contains("No seed reached a held-out loss of 4, 2 nats."))
    #expect(!page.contains("not reached"))
  }

  @Test func foldedRowsNameTheirRates() {
    let study = study { ($0.learningRates, $0.targetLosses) = ([1e-3, 2e-3], [4]) }
    var curves = rows(study, slopes: ["slow": 0.1, "fast": 1])
    for i in curves.indices where curves[i].arm == "fast" && curves[i].learningRatePeak == 1e-3 {
      curves[i].point[.validationLoss] = 6
    }
    let page = Report(Analysis(study: study, rows: curves)).summaryMarkdown
    #expect(page.contains("Not reached by any seed: slow at every rate; fast at 0.001."))
    #expect(page.contains("| fast | 0.002 | 2 of 2 | 200 |"))
  }

  /// An arm's targets that it never reached are one row of the terminal's table.
  @Test func theTerminalListsMissedTargetsInOneRow() {
    let table = report(slopes: ["slow": 0.1, "fast": 0.2]) { $0.targetLosses = [4, 3, 2] }.table
    let lines = table.split(separator: "\n")
    #expect(lines.count == 4)
    #expect(lines[2].hasPrefix("4, 3, 2") && lines[2].contains("slow") && lines[2].contains("not reached"))
    #expect(lines[3].hasPrefix("4, 3, 2") && lines[3].contains("fast"))
  }

  @Test func howTheBestRateWasChosenIsSaid() {
    let swept = report(slopes: ["slow": 1, "fast": 1]) { $0.learningRates = [1e-3, 2e-3] }
    #expect(swept.table.contains("Note: An arm's best learning rate is the one at which the most seeds reach 4 nats"))
    #expect(swept.summaryMarkdown.contains("only between rates at which the most seeds finished"))
    let single = report(slopes: ["slow": 1, "fast": 1]) { $0.learningRates = [1e-3] }
    #expect(!single.table.contains("best learning rate") && !single.summaryMarkdown.contains("best learning rate"))
  }

  /// What was there before the second validation has a bound in the place of a mean.
  @Test func earlyStepsAreBounds() {
    let report = report(slopes: ["slow": 0.6, "fast": 5]) { $0.targetLosses = [4] }
    #expect(report.table.contains("at most 50"))
    let text = "at least 6.00× (75% one-sided, one was there before the second validation)"
    #expect(report.table.contains(text), "\(report.table)")
    let fields = report.summaryCSV.split(separator: "\n")[2].split(separator: ",", omittingEmptySubsequences: false)
    #expect(fields[7] == "2" && fields[8...12].allSatisfy(\.isEmpty))
  }

  @Test func aTargetAboveTheFirstLossHasNoTable() {
    let report = report(slopes: ["slow": 1, "fast": 1]) { $0.targetLosses = [7, 4] }
    #expect(
      report.summaryMarkdown.contains("Held-out loss of 7 nats is no target: every run is there before its first"))
    #expect(report.table.contains("no target"))
  }

  /// The ends of an interval are told apart, however narrow it is.
  @Test(arguments: [
    (2.72...4.94, "2.72× to 4.94×"), (0.9876...0.9914, "0.988× to 0.991×"), (1.01...1.01, "1.01× to 1.01×"),
    (140.2...140.4, "140.2× to 140.4×"),
  ]) func narrowIntervalsHaveMoreDigits(interval: ClosedRange<Double>, text: String) {
    #expect(interval.ratioText == text)
  }
}
