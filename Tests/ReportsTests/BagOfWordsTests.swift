import Testing

@testable import Reports

struct BagOfWordsTests {
  /// The report of three arms that fall from 6 nats over 400 steps to where each seed ends.
  private func report(_ ends: [String: [Double]], unigramLoss: Double? = nil) -> Report {
    let study = study { study in
      study.arms = [.init("slow", "learned"), .init("none", "none"), .init("fast", "rotary")]
      for i in study.arms.indices { study.arms[i].unigramLoss = unigramLoss }
      study.targetLosses = [4]
    }
    return Report(analysis(study) { (6 - (ends[$0.arm.name]?[$0.seed] ?? 6)) / 4 })
  }

  /// Above 5.60 − 0.05 nats is the plateau; a seed below it has left.
  @Test func whoStaysOnThePlateauIsNamed() {
    let text = report(["slow": [5.56, 5.64], "none": [5.59, 5.61], "fast": [3, 3.1]], unigramLoss: 5.9).finding
    #expect(
      text.hasSuffix(
        "\nslow stayed at a bag of words (ended at 5.60 nats; an encoder without positions ends at 5.60, word "
          + "frequencies alone give 5.90)."))
    #expect(!text.contains("none stayed") && !text.contains("fast stayed"))
    let some = report(["slow": [5.56, 5.54], "none": [5.59, 5.61], "fast": [3, 3.1]]).finding
    #expect(
      some.hasSuffix(
        "slow stayed at a bag of words on 1 of 2 seeds (ended at 5.56 nats; an encoder without positions ends at 5.60)."
      ))
    let nobody = report(["slow": [5.54, 5.54], "none": [5.59, 5.61], "fast": [3, 3.1]]).finding
    #expect(!nobody.contains("bag of words"))
  }

  @Test func whoEndsAboveWordFrequenciesStayedToo() {
    let text = report(["slow": [5.4, 5.4], "none": [5.8, 5.8], "fast": [5.2, 5.2]], unigramLoss: 5.3).finding
    #expect(text.contains("slow stayed at a bag of words") && !text.contains("fast stayed"))
  }

  @Test func referencesStandInTablesAndPictures() {
    let both = report(["slow": [4.5, 4.5], "none": [5.6, 5.6], "fast": [3, 3]], unigramLoss: 5.9)
    let line =
      "A bag of words: word frequencies alone give 5.900 nats, an encoder without positions (none) ends at 5.600 nats."
    #expect(both.summaryMarkdown.contains(line) && both.table.contains("Note: " + line))
    #expect(both.curvesSVG.contains(">unigram</text>") && both.curvesSVG.contains(">none at the end</text>"))
    #expect(both.summaryCSV.split(separator: "\n").dropFirst().allSatisfy { $0.contains(",5.9,") })
    let neither = Report(analysis(study()) { _ in 1 })
    #expect(!neither.summaryMarkdown.contains("bag of words") && !neither.curvesSVG.contains("unigram"))
  }

  /// A `none` arm that has not finished says nothing.
  @Test func anUnfinishedArmIsNoReference() {
    let study = study { $0.arms.append(.init("none", "none")) }
    let rows = rows(study, slopes: ["slow": 0.1, "fast": 1, "none": 0.1]) { cell, step in
      cell.arm.name == "none" && step > 200
    }
    let report = Report(Analysis(study: study, rows: rows))
    #expect(!report.finding.contains("bag of words") && !report.curvesSVG.contains("at the end<"))
  }

  /// Arms of other lengths have other masks, and another arm without positions.
  @Test func armsAreHeldAgainstTheirOwnMasks() {
    let study = study { study in
      study.arms = [.init("a32", "learned"), .init("n32", "none"), .init("a64", "learned"), .init("n64", "none")]
      for i in study.arms.indices { study.arms[i].unigramLoss = i < 2 ? 5.5 : 5.9 }
      (study.baselines, study.targetLosses) = (["a32"], [4])
    }
    let ends = ["a32": 5.3, "n32": 5.3, "a64": 5.3, "n64": 5.6]
    let report = Report(analysis(study) { (6 - (ends[$0.arm.name] ?? 6)) / 4 })
    #expect(report.finding.contains("a32 stayed at a bag of words") && !report.finding.contains("a64 stayed"))
    #expect(report.summaryMarkdown.contains("- a64, n64: word frequencies alone give 5.900 nats"))
  }
}
