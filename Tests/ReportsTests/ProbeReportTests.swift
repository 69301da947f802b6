import Curves
import Foundation
import Testing

@testable import Reports

struct ProbeReportTests {
  /// The study of `StudyFixture`, looked into every 50 steps; the gap of each run by its step.
  private func probes(_ change: (inout Study) -> Void = { _ in }, gap: (Study.Cell, Int) -> Double) -> ProbeAnalysis? {
    let study = study(change)
    let lines = study.cells.flatMap { cell in
      stride(from: 0, through: 400, by: 50).flatMap { step -> [ProbeRow] in
        func line(_ found: ProbeValue) -> ProbeRow {
          ProbeRow(experiment: "x", position: cell.arm.position, run: cell.key, step: step, found: found)
        }
        let heads = [(0, 0.2), (1, 0.6), (2, 0.4)].map { head, share in
          line(ProbeValue(probe: "offset-explained", layer: head / 2, head: head % 2, value: share))
        }
        return [line(ProbeValue(probe: "order-gap", value: gap(cell, step)))] + heads
      }
    }
    return ProbeAnalysis(analysis(study) { _ in 0.5 }, lines: lines)
  }

  /// One look above the threshold is noise; the last look alone is no end.
  @Test func thePlateauEndsAtTheFirstOfTwoLooks() throws {
    let gaps = ["slow": [350: 0.0, 400: 0.2], "fast": [100: 0.2, 200: 0.06, 250: 0.07, 300: 0.0, 350: 0.3, 400: 0.3]]
    let plateaus = try #require(probes { gaps[$0.arm.name]?[$1] ?? 0.05 }).plateaus
    #expect(plateaus.map(\.step) == [nil, nil, 200, 200])
    #expect(plateaus.map(\.end).first == .exhausted(400))
    #expect(plateaus.map(\.end).last == .reached(200, between: 150...200))
    #expect(try #require(probes { _, _ in 0.06 }).plateaus.map(\.step) == [0, 0, 0, 0])
  }

  /// As in the steps to a loss, a run that diverged is known to have lasted its budget, and one under way says nothing.
  @Test func runsThatDidNotFinishAreCensored() throws {
    let study = study()
    var rows = rows(study, slopes: [:]) { cell, step in cell.arm.name == "slow" && cell.seed == 0 && step > 200 }
    for i in rows.indices where rows[i].arm == "fast" && rows[i].seed == 1 && rows[i].point.step == 400 {
      rows[i].point[.validationLoss] = .nan
    }
    let lines = study.cells.flatMap { cell in
      [0, 200, 400].map { step in
        ProbeRow(
          experiment: "x", position: "", run: cell.key, step: step,
          found: ProbeValue(probe: "order-gap", value: Double(step)))
      }
    }
    let probes = try #require(ProbeAnalysis(Analysis(study: study, rows: rows), lines: lines))
    #expect(probes.plateaus.map(\.run.cell.name) == ["slow-lr0.001-seed1", "fast-lr0.001-seed0", "fast-lr0.001-seed1"])
    #expect(
      probes.plateaus.map(\.end) == [.reached(200, between: 0...200), .reached(200, between: 0...200), .diverged(400)])
  }

  @Test func seedsGiveTheMedianAndItsLimits() throws {
    let many = { (study: inout Study) in study.seeds = [0, 1, 2, 3, 4, 5] }
    let ends = [50, 100, 150, 200, 250, 1000]
    let arms = try #require(probes(many) { cell, step in step >= ends[cell.seed] ? 0.1 : 0 }).armPlateaus
    #expect(arms.map(\.arm.name) == ["slow", "fast"])
    #expect(arms.map(\.endedCount) == [5, 5] && arms.map(\.median) == [175, 175])
    // The lowest of six, and no upper limit: the longest plateau is known from one side only.
    #expect(arms[0].low == 50 && arms[0].high == nil)
    #expect(abs(try #require(arms[0].confidence) - (1 - 2.0 / 64)) < 1e-12)
    #expect(ProbeSection.text(arms[0]) == "175 (from 50, 97%)")
    let one = try #require(probes({ $0.seeds = [3] }) { cell, step in step >= 200 ? 0.1 : 0 }).armPlateaus
    #expect(ProbeSection.text(one[0]) == "200")
    let none = try #require(probes { _, _ in 0 }).armPlateaus
    #expect(ProbeSection.text(none[0]) == "open (from 400, 50%)")
  }

  @Test func theFileHasARowARun() throws {
    let probes = try #require(probes { cell, step in cell.arm.name == "fast" && step >= 150 ? 0.1 : 0 })
    #expect(
      PlateauFile.text([probes]) == """
        experiment,arm,position,learning_rate_peak,seed,stage,plateau_end_step,after_step,status
        x,slow,sinusoidal,0.001,0,evaluation,,400,lasted
        x,slow,sinusoidal,0.001,1,evaluation,,400,lasted
        x,fast,rotary,0.001,0,evaluation,150,100,ended
        x,fast,rotary,0.001,1,evaluation,150,100,ended

        """)
  }

  /// A panel a probe, each arm in its colour, with the largest head, the mean of the seeds and their range.
  @Test func thePictureHasAPanelAProbe() throws {
    let probes = try #require(probes { cell, step in Double(step) / 1000 * Double(1 + 2 * cell.seed) })
    let picture = ProbePicture(probes: probes)
    let arms = probes.analysis.study.arms
    #expect(picture.line("offset-explained", of: arms[0]).allSatisfy { $0.mean == 0.6 && $0.high == 0.6 })
    let line = picture.line("order-gap", of: arms[1])
    let steps: [Double] = [0, 50, 100, 150, 200, 250, 300, 350, 400]
    #expect(line.map(\.step) == steps)
    #expect(line[2].low == 0.1)
    #expect(abs(line[2].mean - 0.2) < 1e-12)
    #expect(abs(line[2].high - 0.3) < 1e-12)
    let svg = picture.svg
    for style in ArmStyle.styles(of: arms) {
      #expect(
        svg.components(separatedBy: "<polygon").count == 5 && svg.contains("fill=\"\(style.color)\" fill-opacity"))
    }
    #expect(svg.contains("order gap (nats") && svg.contains("best head") && !svg.contains("nan"))
  }

  /// The report of a folder has the section, the files and, on its page, the picture itself; without probes it has none.
  @Test func theReportShowsThem() throws {
    let probes = try #require(probes { _, step in step >= 150 ? 0.1 : 0 })
    let plain = Report(probes.analysis)
    #expect(plain.probesSVG == nil && plain.plateauCSV == nil && !plain.html.contains("data:image/svg+xml"))
    #expect(!plain.summaryMarkdown.contains("Inside the encoder"))
    let lines = probes.analysis.study.cells.map { cell in
      ProbeRow(
        experiment: "x", position: "", run: cell.key, step: 0, found: ProbeValue(probe: "mask-separation", value: 0))
    }
    let report = Report(stages: [probes.analysis], probed: lines)
    #expect(report.summaryMarkdown.contains("## Inside the encoder") && report.summaryMarkdown.contains("(probes.svg)"))
    #expect(report.probesSVG != nil && report.html.contains("src=\"data:image/svg+xml;base64,"))
    // Where order was not probed, nothing is said of its plateau.
    #expect(report.plateauCSV == nil && !report.summaryMarkdown.contains("plateau"))
  }
}
