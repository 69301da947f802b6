import Curves
import Testing

@testable import Reports

struct ReportTests {
  @Test func theSummaryHasTheContractsColumns() throws {
    let study = study()
    let report = Report(
      Analysis(study: study, rows: rows(study, slopes: ["slow": 0.625, "fast": 1.25])))
    let lines = report.summaryCSV.split(separator: "\n").map(String.init)
    #expect(
      lines[0] == "experiment,arm,position,learning_rate_peak,selection,target_loss_nats,seeds,seeds_reached,steps,"
        + "tokens,seconds,flops,speedup,speedup_low,speedup_high,final_validation_loss_nats,speedup_low_mean,"
        + "speedup_high_mean,stage,baseline,estimator,confidence,pairs,unigram_loss_nats,baseline_learning_rate_peak,"
        + "censored_pairs")
    #expect(lines.count == 1 + 2 * 2 * 2)
    let fast = lines.filter { $0.hasPrefix("x,fast") }.map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    #expect(fast.map { $0[4] } == ["same-rate", "same-rate", "best", "best"])
    #expect(abs(Double(fast[0][8])! - 160) < 1e-9)
    #expect(abs(Double(fast[0][9])! - 1280) < 1e-9)
    #expect(abs(Double(fast[0][12])! - 2) < 1e-9)
    // The baseline never gets to 2: a lower bound of 400 / 320, no estimate. Validations are 50 steps apart, so that the
    // limit is 400 / 350.
    #expect(fast[1][12] == "")
    #expect(abs(Double(fast[1][13])! - 400.0 / 350) < 1e-9)
    #expect(fast[1][14] == "" && fast[1][16] == "" && fast[1][17] == "")
    #expect(fast[0][18...] == ["evaluation", "slow", "paired-t", "0.95", "2", "", "0.001", "0"])
    #expect(fast[1][18...] == ["evaluation", "slow", "median-order-statistics", "0.75", "2", "", "0.001", "2"])
    let slow = lines[1].split(separator: ",", omittingEmptySubsequences: false)
    #expect(slow[12...14] == ["1", "1", "1"] && slow[20] == "identity", "the baseline over itself")
    #expect(
      report.finding == "fast needed 2.00× fewer steps than slow to reach a held-out loss of 4 nats (95% interval "
        + "1.50× to 2.33×, 2 seeds; validations are too far apart to tell it more exactly); at 2 nats at least 1.14× "
        + "fewer (75% one-sided, 2 seeds; slow's budget was exhausted).")
    #expect(report.table.contains("at least 1.14× (75% one-sided, budget exhausted)"))
    #expect(report.summaryMarkdown.contains("Not reached by any seed: slow."))
  }

  @Test func flopsAreTokensTimesTheFormulas() throws {
    let study = study()
    let analysis = Analysis(study: study, rows: rows(study, slopes: ["slow": 1, "fast": 1]))
    let row = try #require(analysis.outcomes.first)
    let (tokens, flops) = (try #require(row.tokens), try #require(row.flops))
    #expect(flops == tokens * study.arms[0].flopsPerToken)
  }

  @Test func unfinishedRunsAreNamedAndEnterNoMean() throws {
    let study = study()
    let rows = rows(study, slopes: ["slow": 1, "fast": 1]) { cell, step in
      cell.arm.name == "fast" && cell.seed == 1 && step > 200
    }
    let report = Report(Analysis(study: study, rows: rows))
    let fast = try #require(report.analysis.outcomes.first { $0.arm.name == "fast" })
    #expect(fast.runs.count == 1)
    #expect(fast.pairCount == 1)
    #expect(fast.speedUp == .ratio(.init(value: 1, estimator: .pairedT, pairCount: 1)))
    #expect(report.summaryMarkdown.contains("fast-lr0.001-seed1 is not finished: 200 of 400 steps."))
    #expect(report.table.contains("fast-lr0.001-seed1"))
  }

  @Test func eachArmStandsAtItsOwnBestRate() throws {
    let study = study { $0.learningRates = [1e-4, 1e-3, 1e-2] }
    var rows = rows(study, slopes: ["slow": 1, "fast": 1])
    for i in rows.indices where rows[i].learningRatePeak == (rows[i].arm == "slow" ? 0.001 : 0.01) {
      rows[i].point[.validationLoss]! -= 0.1
    }
    let report = Report(Analysis(study: study, rows: rows))
    #expect(report.analysis.rateChoices.map(\.rate) == [0.001, 0.01])
    #expect(report.analysis.rateChoices.map(\.isInterior) == [true, false])
    #expect(report.table.contains("Note: fast's best learning rate, 0.01, lies at the edge"))
    let reason =
      "- fast's learning rate is 0.01: 2 seeds reached 4 nats, no fewer than at any other rate, and after the "
    #expect(
      report.summaryMarkdown.contains(
        reason + "fewest steps (190; next 200). It lies at the edge of the rates that were tried."))
    #expect(report.analysis.outcomes(.best, target: 4).map(\.learningRate) == [0.001, 0.01])
  }

  @Test func aRateAtWhichSeedsDivergedIsNotTheBest() throws {
    let study = study { $0.learningRates = [1e-3, 1e-2] }
    var rows = rows(study, slopes: ["slow": 1, "fast": 1])
    for i in rows.indices where rows[i].learningRatePeak == 0.01 {
      rows[i].point[.validationLoss]! -= 0.5
      if rows[i].seed == 1, rows[i].point.step == 100 { rows[i].point[.validationLoss] = .nan }
    }
    let report = Report(Analysis(study: study, rows: rows))
    #expect(report.analysis.bestRate(of: "fast") == 0.001)
    #expect(report.summaryMarkdown.contains("fast-lr0.01-seed1 diverged: a loss left the finite numbers by step 100."))
  }

  /// A seed that diverges after it has reached the target leaves the ratio open on one side, and enters no mean.
  @Test(arguments: ["fast", "slow"]) func aSeedThatDivergedHasNotReachedTheTarget(arm: String) throws {
    let study = study()
    var rows = rows(study, slopes: ["slow": 1, "fast": 2])
    for i in rows.indices where rows[i].arm == arm && rows[i].seed == 1 && rows[i].point.step == 350 {
      rows[i].point[.trainingLoss] = .nan
    }
    let report = Report(Analysis(study: study, rows: rows))
    let own = try #require(report.analysis.outcomes(.best, target: 4).first { $0.arm.name == arm })
    #expect(own.runs.count == 2 && own.crossings.count == 1 && own.divergedCount == 1)
    #expect(own.steps == nil && own.seconds == nil && own.tokens == nil)
    // Steps to 4 nats: 200 and 100; the diverged one's whole budget is 400.
    let fast = try #require(report.analysis.outcomes(.best, target: 4).last)
    let bound = try #require(fast.speedUp.ratio?.bound)
    #expect(abs(bound.value - 2) < 1e-12, "the other seed's ratio is the nearer one")
    #expect(bound == (arm == "fast" ? .atMost(bound.value) : .atLeast(bound.value)))
    #expect(report.table.contains(", a seed diverged)"))
    #expect(report.table.contains("Note: 1 of 4 runs enters no mean:"))
    #expect(report.summaryMarkdown.contains("1 diverged"))
    let line = report.summaryCSV.split(separator: "\n").first { $0.contains(",\(arm),") && $0.contains(",4,2,1,,,,,") }
    #expect(try #require(line).split(separator: ",", omittingEmptySubsequences: false)[15].isEmpty)
  }
}
