import Curves
import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@testable import Reports

struct PictureTests {
  /// Settings and curves from usual to degenerate.
  static let cases = [
    "usual", "empty", "one point", "not a number", "equal", "one seed", "no targets", "many rates", "huge",
  ]

  @Test(arguments: cases) func picturesAreWellFormed(kind: String) throws {
    let study = study { study in
      switch kind {
      case "one seed": study.seeds = [3]
      case "no targets": study.targetLosses = []
      case "many rates":
        study.learningRates = [1e-5, 1e-4, 1e-3, 1e-2, 1e-1]
        study.targetLosses = [1, 1.01, 1.02, 90]
      default: break
      }
    }
    var rows = rows(study, slopes: kind == "equal" ? [:] : ["slow": 0.6, "fast": 1.4])
    switch kind {
    case "empty": rows = []
    case "one point": rows = rows.filter { $0.point.step == 0 }
    case "not a number": for i in rows.indices { rows[i].point[.validationLoss] = .nan }
    case "huge": for i in rows.indices { rows[i].point[.validationLoss]! *= 1e305 }
    default: break
    }
    let report = Report(Analysis(study: study, rows: rows))
    #expect(!report.finding.isEmpty && !report.finding.contains("nan"))
    #expect(!report.table.isEmpty)
    for svg in [report.curvesSVG, report.speedUpSVG, report.ratesSVG] {
      let parser = XMLParser(data: Data(svg.utf8))
      #expect(parser.parse(), "\(String(describing: parser.parserError))")
      #expect(!svg.contains("nan") && !svg.contains("inf\""))
    }
  }

  @Test func armsKeepTheirLooksApart() {
    let arms = (0..<49).map {
      Study.Arm(name: "a\($0)", position: "sinusoidal", steps: 1, flopsPerToken: 1, parameterCount: nil)
    }
    let styles = ArmStyle.styles(of: arms).map { "\($0)" }
    #expect(Set(styles).count == 49)
  }

  @Test func textsInPicturesAreEscaped() {
    var document = SVGDocument(width: 10, height: 10, title: "a < b & \"c\" > \u{1}\u{ffff}")
    document.text("<script>&</script>", x: .nan, y: .infinity, size: 3)
    #expect(XMLParser(data: Data(document.text.utf8)).parse())
    #expect(document.text.contains(">&lt;script&gt;&amp;&lt;/script&gt;</text>"))
  }

  @Test func ticksAreRoundNumbers() {
    #expect(Axis(low: 0, high: 2000, from: 0, to: 1).ticks(atMost: 5) == [0, 500, 1000, 1500, 2000])
    #expect(Axis(low: 2.31, high: 2.93, from: 0, to: 1).ticks(atMost: 8) == [2.4, 2.5, 2.6, 2.7, 2.8, 2.9])
    // On a narrow range, multiples of one step.
    #expect(
      Axis(low: 0.97, high: 1.04, from: 0, to: 500, isLogarithmic: true).ticks(atMost: 9)
        == [0.97, 0.98, 0.99, 1, 1.01, 1.02, 1.03, 1.04])
    #expect(
      Axis(low: 0.4, high: 8, from: 0, to: 1, isLogarithmic: true).ticks(atMost: 9) == [0.5, 0.7, 1, 1.5, 2, 3, 5, 7])
    #expect(!Axis(low: 3, high: 3, from: 0, to: 1).ticks(atMost: 5).isEmpty)
    #expect(Axis(low: .nan, high: 3, from: 0, to: 1).domain == 0...1)
  }

  /// Labels of a picture 500 pixels wide, from ranges of a hundredth to ranges of ten million.
  @Test(arguments: [1.01, 1.03, 1.1, 1.3, 1.7, 2, 2.4, 2.6, 3, 4.2, 6, 10, 30, 100, 1e3, 1e5, 1e7])
  func labelsOfTicksDoNotTouch(ratio: Double) {
    for low in [0.013, 0.62, 0.97, 1.0, 37] {
      let axis = Axis(low: low, high: low * ratio, from: 0, to: 500, isLogarithmic: true)
      func extent(_ tick: Double) -> Double { SVGDocument.width(of: tick.shortText + "×", size: 16) }
      let ticks = axis.ticks(atMost: 9, extent: extent)
      #expect(!ticks.isEmpty, "\(low) to \(low * ratio)")
      for (a, b) in zip(ticks, ticks.dropFirst()) {
        #expect(axis.position(b) - axis.position(a) > (extent(a) + extent(b)) / 2, "\(ticks)")
      }
    }
  }

  /// After a short run nothing is compared; the picture says for which arms, and has no row for them.
  @Test func whatCannotBeComparedHasNoRow() {
    let study = study()
    let short = Report(Analysis(study: study, rows: rows(study, slopes: ["slow": 0.1, "fast": 0.2]))).speedUpSVG
    #expect(short.contains("nothing to compare yet"))
    #expect(short.contains("down to 4 nats: no ratio: fast"))
    #expect(!short.contains(">fast</text>"))
    let usual = Report(Analysis(study: study, rows: rows(study, slopes: ["slow": 0.6, "fast": 0.8]))).speedUpSVG
    #expect(usual.contains(">fast</text>") && usual.contains("down to 2 nats: no ratio: fast"))
  }

  @Test func severalRatesHaveAPictureOfTheirOwn() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    func names(_ rates: [Double]) throws -> [String] {
      let study = study { $0.learningRates = rates }
      return try Report(Analysis(study: study, rows: rows(study, slopes: ["slow": 1, "fast": 1]))).write(to: folder)
        .map { ($0 as NSString).lastPathComponent }
    }
    let always = ["summary.csv", "summary.md", "curves.svg", "speedup.svg"]
    #expect(try names([1e-3]) == always + ["report.html"])
    #expect(try names([1e-3, 2e-3]) == always + ["rates.svg", "sensitivity.csv", "report.html"])
  }

  /// A picture of each stage says which runs it shows; a decay is named where a rate was seen to fall.
  @Test func curvesSayOfWhichRunsTheyAre() throws {
    func title(_ stage: Study.Stage, rates: [Double] = []) throws -> String {
      let study = study { $0.stage = stage }
      var rows = rows(study, slopes: ["slow": 1, "fast": 1])
      for i in rows.indices where !rates.isEmpty {
        rows[i].point[.learningRate] = rates[min(rows[i].point.step / 50, rates.count - 1)]
      }
      let svg = Report(Analysis(study: study, rows: rows)).curvesSVG
      let text = try #require(svg.components(separatedBy: "font-weight=\"bold\">").dropFirst().first)
      return text.components(separatedBy: "<")[0]
    }
    #expect(try title(.evaluation) == "x: held-out loss while training")
    #expect(try title(.tuning) == "x: held-out loss of the runs that choose learning rates")
    #expect(try title(.quality, rates: [0, 1e-3, 5e-4]) == "x: held-out loss of runs of one budget with decay")
    // A warm-up alone is no decay.
    #expect(try title(.quality, rates: [0, 5e-4, 1e-3]) == "x: held-out loss of runs of one budget")
    #expect(try title(.evaluation, rates: [0, 1e-3, 5e-4]) == "x: held-out loss while training")
  }

  /// However many arms have rates of their own, every rate is there to be read.
  @Test func ratesOfManyArmsStandInTheLegend() {
    let study = study { study in
      study.arms = (0..<9).map { .init("encoding-with-a-name-\($0)", "rotary") }
      for i in study.arms.indices { study.arms[i].learningRates = [Double(i + 1) / 1000] }
      study.baselines = [study.arms[0].name]
    }
    let svg = Report(analysis(study) { _ in 1 }).curvesSVG
    for i in 0..<9 { #expect(svg.contains(">encoding-with-a-name-\(i) at 0.00\(i + 1)</text>")) }
    #expect(!svg.contains("…</text>"), "a text is cut off")
  }

  /// The line under the title names what is drawn, and nothing else.
  @Test func thePictureOfSpeedUpsExplainsWhatItShows() {
    func lines(_ speeds: [String: [Double]], seeds: [Int] = [0, 1]) -> String {
      let study = study { ($0.targetLosses, $0.seeds) = ([4], seeds) }
      let svg = Report(analysis(study) { speeds[$0.arm.name]![$0.seed] }).speedUpSVG
      let texts = svg.components(separatedBy: "fill=\"#444444\">").dropFirst().map {
        $0.components(separatedBy: "<")[0]
      }
      return texts.joined(separator: " | ")
    }
    #expect(lines(["slow": [0.6, 0.7], "fast": [1, 1.2]]) == "mean of paired seeds with 95% interval")
    #expect(
      lines(["slow": [0.1, 0.1], "fast": [1, 1.2]])
        == "an arrow begins at a limit of the median of paired seeds and points to where the ratio lies")
    #expect(lines(["slow": [0.6], "fast": [1]], seeds: [0]) == "ratio of one seed, without interval")
    #expect(
      lines(["slow": [0.1], "fast": [1]], seeds: [0])
        == "an arrow begins at a limit of one seed's ratio and points to where the ratio lies")
    // Of nine seeds one never arrives, and the median lies between two limits.
    let slow = [0.1, 0.6, 0.61, 0.62, 0.64, 0.66, 0.68, 0.7, 0.72]
    #expect(
      lines(["slow": slow, "fast": Array(repeating: 1.2, count: 9)], seeds: Array(0..<9))
        == "median of paired seeds with limits from their order, where so written")
    #expect(lines(["slow": [0.1, 0.1], "fast": [0.1, 0.1]]) == "")
  }

  /// With three seeds an arm has three dots a rate, and one ring around its best.
  @Test func thePictureOfRatesShowsEverySeedAndTheBest() {
    let study = study { ($0.learningRates, $0.seeds) = ([1e-4, 1e-3, 1e-2], [0, 1, 2]) }
    var rows = rows(study, slopes: ["slow": 1, "fast": 1])
    for i in rows.indices where rows[i].learningRatePeak == 1e-2 && rows[i].seed == 2 {
      rows[i].point[.trainingLoss] = .nan
    }
    let svg = Report(Analysis(study: study, rows: rows)).ratesSVG
    let plot = svg.components(separatedBy: "<g clip-path")[1]
    #expect(plot.components(separatedBy: "r=\"3.5\"").count - 1 == 2 * (3 + 3 + 2))
    #expect(plot.components(separatedBy: "r=\"9\"").count - 1 == 2)
    #expect(svg.contains(">diverged</text>"))
  }

  /// Where runs end after their targets, their losses at the end do not compare, and steps are shown.
  @Test func thePictureOfRatesShowsStepsWhereRunsEndAfterTheirTargets() {
    var study = study { ($0.learningRates, $0.targetLosses) = ([1e-3, 2e-3], [4]) }
    func svg() -> String { Report(analysis(study) { 600 * $0.learningRate }).ratesSVG }
    #expect(svg().contains(">held-out loss at the end (nats per masked token)</text>"))
    study.arms[0].stop = .init(target: 4, extraSteps: 50)
    #expect(svg().contains(">steps to 4 nats</text>") && !svg().contains("held-out loss at the end"))
  }

  /// The titles of the axes stand once, however many panels there are, and three panels fill their row.
  @Test(arguments: [1, 2, 3, 5, 7]) func titlesOfAxesStandOnce(count: Int) {
    let study = study { $0.learningRates = (0..<count).map { 1e-3 * Double($0 + 1) } }
    let svg = Report(Analysis(study: study, rows: rows(study, slopes: ["slow": 1, "fast": 1]))).curvesSVG
    #expect(svg.components(separatedBy: ">step</text>").count == 2)
    #expect(svg.components(separatedBy: ">held-out loss (nats per masked token)</text>").count == 2)
    #expect(svg.components(separatedBy: ">peak learning rate ").count == count + 1)
  }
}
