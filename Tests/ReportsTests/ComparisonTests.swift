import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@testable import Reports

struct ComparisonTests {
  /// Two experiments: one with a sham arm and two baselines, one in which the baseline never arrives.
  private var comparison: Comparison {
    let toy = study { study in
      study.arms = [
        .init("learned", "learned"), .init("sinusoidal", "sinusoidal"), .init("rotary", "rotary"),
        .init("sham", "rotary"),
      ]
      study.arms[3].baselines = ["rotary"]
      (study.baselines, study.targetLosses) = (["learned", "sinusoidal"], [4, 3])
    }
    let book = study { study in
      study.arms = [.init("learned", "learned"), .init("rotary", "rotary")]
      (study.baselines, study.targetLosses) = (["learned"], [5])
    }
    let slopes = ["learned": 0.8, "sinusoidal": 0.85, "rotary": 1.4, "sham": 1.35]
    return Comparison([
      .init(label: "toy, \"tiny\"", analysis: analysis(toy) { (slopes[$0.arm.name] ?? 0) * ($0.seed == 0 ? 1 : 1.1) }),
      .init(label: "book", analysis: analysis(book) { $0.arm.name == "rotary" ? 0.5 : 0.1 }),
    ])
  }

  @Test func everyComparisonHasARow() {
    let lines = comparison.csv.split(separator: "\n").map(String.init)
    #expect(
      lines[0]
        == "experiment,stage,arm,baseline,target_loss_nats,learning_rate,baseline_learning_rate,pairs,speedup,low,"
        + "high,estimator,confidence")
    // In the first, two targets each of sinusoidal over learned, rotary over both and the sham arm over rotary.
    #expect(lines.count == 1 + 2 * 4 + 1)
    #expect(lines[1].hasPrefix("\"toy, \"\"tiny\"\"\",evaluation,sinusoidal,learned,4,0.001,0.001,2,1.06"))
    #expect(lines[9].hasPrefix("book,evaluation,rotary,learned,5,0.001,0.001,2,,2,,median-order-statistics,0.75"))
  }

  @Test func theTableIsGroupedByBaseline() {
    let page = comparison.markdown
    let parts = page.components(separatedBy: "\n## ")
    let titles = parts.dropFirst().map { $0.prefix { $0 != "\n" } }
    #expect(titles == ["Over learned", "Over sinusoidal", "Over rotary", "How to read this"])
    let row = "| book | rotary | 5 | 0.001 | 0.001 | 2 | at least 2.00× (75% one-sided, budget exhausted) |"
    #expect(parts[1].contains(row))
    #expect(parts[3].contains("| sham * |") && parts[3].contains("\\* Arm and rotary have positions of one kind"))
  }

  @Test func theFigureShowsOneFamily() throws {
    let svg = comparison.svg()
    let parser = XMLParser(data: Data(svg.utf8))
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
    #expect(svg == comparison.svg())
    #expect(svg.contains(">over learned</text>") && svg.contains(">book</text>") && svg.contains(">to 5 nats</text>"))
    #expect(!svg.contains(">sinusoidal</text>"), "it is no rotary arm")
    #expect(svg.components(separatedBy: "fill=\"#ffffff\"").count - 1 == 1 + 2, "the background and two hollow dots")
  }

  @Test func theFilesAreWritten() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let names = try comparison.write(to: folder).map { ($0 as NSString).lastPathComponent }
    #expect(names == ["comparison.csv", "comparison.md", "comparison.svg"])
    #expect(try String(contentsOfFile: folder + "/comparison.csv", encoding: .utf8) == comparison.csv)
  }

  @Test func nothingToCompareIsSaid() {
    let none = Comparison([])
    #expect(none.svg().contains("nothing to compare yet") && none.markdown.contains("Nothing to compare yet."))
    #expect(none.csv.split(separator: "\n").count == 1)
  }
}
