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
      study.arms[2].parameterCount = 123_456
      study.origin.corpus = "texts/en/text.txt"
      (study.baselines, study.targetLosses) = (["learned", "sinusoidal"], [4, 3])
    }
    let book = study { study in
      study.arms = [.init("learned", "learned"), .init("rotary", "rotary")]
      study.arms[1].parameterCount = 123_456
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
        + "high,estimator,confidence,size,corpus,speedup_low,speedup_high,baseline_position")
    // In the first, two targets each of sinusoidal over learned, rotary over both and the sham arm over rotary.
    #expect(lines.count == 1 + 2 * 4 + 1)
    #expect(lines[1].hasPrefix("\"toy, \"\"tiny\"\"\",evaluation,sinusoidal,learned,4,0.001,0.001,2,1.06"))
    #expect(lines[9].hasPrefix("book,evaluation,rotary,learned,5,0.001,0.001,2,,2,,median-order-statistics,0.75,"))
  }

  /// The columns behind the old ones: what was trained on what, the limits under `summary.csv`'s names, the family.
  @Test func everyRowSaysItsSizeCorpusAndLimits() {
    let lines = comparison.csv.components(separatedBy: "\n").dropLast()
    let names = lines[0].components(separatedBy: ",")
    let rows = lines.dropFirst().map { line -> [String: String] in
      // The first label has a comma of its own, so fields are counted from the end.
      let fields = line.components(separatedBy: ",").suffix(names.count - 1)
      return Dictionary(uniqueKeysWithValues: zip(names.dropFirst(), fields))
    }
    for row in rows {
      #expect(row["speedup_low"] == row["low"] && row["speedup_high"] == row["high"], "\(row)")
      #expect(row["size"] == (row["arm"] == "rotary" ? "123456" : ""), "\(row)")
      // In these experiments arms are called after their positions.
      #expect(row["baseline_position"] == row["baseline"], "\(row)")
    }
    #expect(rows.map { $0["corpus"]! } == Array(repeating: "text.txt", count: 8) + ["c"])
  }

  /// The soonest sinusoid was another arm in each of two experiments: both stand in one table and one group of dots.
  @Test func baselinesOfOneFamilyStandTogether() throws {
    let experiments = ["sinusoidal", "sinusoidal-scaled"].map { name -> Comparison.Entry in
      let study = study { study in
        study.arms = [.init(name, "sinusoidal"), .init("rotary", "rotary")]
        (study.baselines, study.targetLosses) = ([name], [5])
      }
      return .init(label: "on \(name)", analysis: analysis(study) { $0.arm.name == "rotary" ? 1.4 : 0.8 })
    }
    let comparison = Comparison(experiments)
    let parts = comparison.markdown.components(separatedBy: "\n## ")
    #expect(parts.count == 3 && parts[1].hasPrefix("Over sinusoidal positions\n"))
    #expect(parts[2].contains("\"over\" says which arm the baseline was"))
    for name in ["sinusoidal", "sinusoidal-scaled"] {
      #expect(parts[1].contains("| on \(name) | c | – | rotary | \(name) | 5 |"))
      #expect(comparison.svg().contains(">rotary over \(name)</text>"))
    }
    #expect(comparison.svg().components(separatedBy: ">over sinusoidal positions</text>").count == 2)
    #expect(comparison.table.components(separatedBy: "Over ").count == 2)
    let file = comparison.csv.split(separator: "\n")
    #expect(file[1].hasSuffix(",sinusoidal") && file[2].hasSuffix(",sinusoidal") && file.count == 3)
    #expect(file[2].hasPrefix("on sinusoidal-scaled,evaluation,rotary,sinusoidal-scaled,5,"))
  }

  @Test func theTableIsGroupedByBaseline() {
    let page = comparison.markdown
    let parts = page.components(separatedBy: "\n## ")
    let titles = parts.dropFirst().map { $0.prefix { $0 != "\n" } }
    #expect(
      titles == [
        "Over learned positions", "Over sinusoidal positions", "Over rotary positions", "How to read this",
      ])
    let row =
      "| book | c | 123k | rotary | learned | 5 | 0.001 | 0.001 | 2 | at least 2.00× (75% one-sided, budget exhausted) |"
    #expect(parts[1].contains(row))
    #expect(parts[3].contains("| sham * | rotary |") && parts[3].contains("\\* Both have rotary positions: "))
  }

  @Test func theFigureShowsOneFamily() throws {
    let svg = comparison.svg()
    let parser = XMLParser(data: Data(svg.utf8))
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
    #expect(svg == comparison.svg())
    #expect(
      svg.contains(">over learned positions</text>") && svg.contains(">book</text>")
        && svg.contains(">to 5 nats</text>"))
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
