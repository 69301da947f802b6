import Curves
import Formats
import Foundation
import Testing

@testable import Reports

/// What `report.html` holds, without a browser.
struct PageTests {
  /// Texts that would break out of where they stand, if they were not escaped.
  private static let evil = "</script><script>alert(1)</script><!-- \u{338}<\u{338} & \"'` **b** \u{1F600}\u{2028}"

  private func page(_ change: (inout Study) -> Void = { _ in }, isRunning: Bool = false) -> ReportPage {
    let study = study(change)
    let slopes = Dictionary(uniqueKeysWithValues: zip(study.arms.map(\.name), [0.625, 1.25]))
    return ReportPage(analysis: Analysis(study: study, rows: rows(study, slopes: slopes)), isRunning: isRunning)
  }

  /// The numbers of a page, as its script reads them.
  private func data(of page: ReportPage) throws -> JSONValue {
    let opening = "<script type=\"application/json\" id=\"data\">"
    let text = try #require(page.html.components(separatedBy: opening).last?.components(separatedBy: "</script>").first)
    return try JSONValue.parse(text, source: "page")
  }

  @Test func textsOfUsersCannotBreakOut() {
    let html = page {
      ($0.name, $0.description, $0.origin.corpus) = (Self.evil, Self.evil, Self.evil)
      $0.arms[0].name = Self.evil
      $0.baselines = [Self.evil]
    }.html
    let usual = page().html
    for mark in ["<script", "</script", "<!--", "<title", "<style"] {
      #expect(occurrences(of: mark, in: html) == occurrences(of: mark, in: usual), "\(mark)")
    }
    #expect(!usual.contains("<!--"))
    #expect(html.contains("&lt;/script&gt;"))
  }

  @Test func theNameOfAnArmReachesTheScriptWhole() throws {
    let data = try data(of: page { ($0.arms[0].name, $0.baselines) = (Self.evil, [Self.evil]) })
    let arms = data["stages"]?.list?[0]["arms"]?.list
    #expect(arms?[0]["name"]?.text?.hasSameBytes(as: Self.evil) == true)
  }

  @Test func theSameNumbersMakeTheSameBytes() {
    #expect(page().html.hasSameBytes(as: page().html))
  }

  @Test func nothingComesFromANetwork() {
    let html = page().html.replacing("http://www.w3.org/2000/svg", with: "")
    for sign in ["http:", "https:", "//cdn", " src=", "url(", "@import", "fetch(", "XMLHttpRequest", "import("] {
      #expect(!html.contains(sign), "\(sign)")
    }
  }

  // MARK: - Numbers

  @Test func everyRunIsThereWithItsNumbers() throws {
    let study = study { ($0.learningRates, $0.seeds) = ([1e-3, 2e-3], [0, 5]) }
    var rows = rows(study, slopes: ["slow": 0.625, "fast": 1.25])
    for i in rows.indices { rows[i].point[.validationAccuracy] = 0.25 }
    let analysis = Analysis(study: study, rows: rows)
    let data = try data(of: ReportPage(analysis: analysis, isRunning: true))
    #expect(data["isRunning"]?.flag == true)
    let stage = try #require(data["stages"]?.list?.first)
    let columns = try #require(data["columns"]?.list).map(decoded)
    let runs = try #require(stage["runs"]?.list)
    #expect(runs.count == analysis.runs.count)
    for (run, expected) in zip(runs, analysis.runs) {
      let arm = try #require(stage["arms"]?.list?[run["arm"]!.integer!])
      #expect(arm["name"]?.text == expected.cell.arm.name)
      #expect(stage["rates"]?.list?[run["rate"]!.integer!].text == expected.cell.learningRate.shortText)
      #expect(stage["seeds"]?.list?[run["seed"]!.integer!].text == String(expected.cell.seed))
      #expect(run["state"]?.text == "finished")
      #expect(columns[run["steps"]!.integer!] == expected.points.map { Double($0.step) })
      #expect(columns[run["tokens"]!.integer!] == expected.points.map { Double($0.tokens) })
      #expect(columns[run["seconds"]!.integer!] == expected.points.map(\.elapsedSeconds))
      let measured = try #require(run["measured"]?.list).map { columns[$0.integer!] }
      #expect(measured == [expected.validations.map(\.value), expected.points.map { _ in 0.25 }])
    }
    #expect(columns.count == 6, "steps, tokens, seconds, accuracies and two kinds of losses, each once")
  }

  /// A column as the page's script reads it.
  private func decoded(_ column: JSONValue) -> [Double] {
    var sum = 0
    return column["differences"]!.list!.map { difference in
      guard let difference = difference.integer else { return .nan }
      sum += difference
      return Double(sum) / column["perUnit"]!.number!
    }
  }

  @Test func numbersThatAreNotFiniteAreNull() {
    var columns = PageColumns()
    let place = columns.place(of: [2, .nan, 1.5, .infinity, 1e300, -.infinity, 2], in: .hundredth)
    #expect(columns.texts[place] == "{\"perUnit\":100,\"differences\":[200,null,-50,null,null,null,50]}")
  }

  @Test func aRunThatDivergedSaysWhere() throws {
    let study = study()
    var rows = rows(study, slopes: ["slow": 0.625, "fast": 1.25])
    let i = try #require(rows.firstIndex { $0.arm == "fast" && $0.seed == 1 && $0.point.step == 200 })
    rows[i].point[.validationLoss] = .nan
    let data = try data(of: ReportPage(analysis: Analysis(study: study, rows: rows), isRunning: false))
    let run = try #require(data["stages"]?.list?[0]["runs"]?.list?.last)
    #expect(run["state"]?.text == "diverged" && run["divergedAt"]?.integer == 200)
  }

  @Test func targetsAndTheEndsOfArmsWithoutPositionsAreLines() {
    let study = study { $0.arms[0].position = "none" }
    let analysis = Analysis(study: study, rows: rows(study, slopes: ["slow": 0.625, "fast": 1.25]))
    #expect(
      ReferenceLine.lines(of: analysis) == [
        ReferenceLine(name: "target 4", value: 4), ReferenceLine(name: "target 2", value: 2),
        ReferenceLine(name: "slow at the end", value: 3.5),
      ])
  }

  // MARK: - Words and tables

  /// Whatever `summary.md` says, the page says: every cell, heading, sentence.
  @Test func itSaysWhatTheSummarySays() {
    let page = page()
    let summary = SummaryPage(analysis: page.stages[0].analysis).markdown
    #expect(occurrences(of: "<table>", in: page.html) == occurrences(of: "\n| --- |", in: summary))
    for line in summary.split(separator: "\n") where !line.hasPrefix("![") && !line.hasPrefix("| ---") {
      let words = line.split(whereSeparator: { "|#*".contains($0) }).map { $0.trimming(while: " -") }
      for part in words where !part.isEmpty { #expect(page.html.contains(part.escapedForXML), "\(part)") }
    }
  }

  @Test func severalStagesHaveASectionEach() throws {
    let analysis = page().stages[0].analysis
    let page = ReportPage(stages: [("evaluation", analysis), ("tuning", analysis)], isRunning: false)
    #expect(try data(of: page)["stages"]?.list?.map { $0["name"]?.text } == ["evaluation", "tuning"])
    #expect(page.html.contains("<section data-stage=\"evaluation\">"))
    #expect(page.html.contains("Stage: tuning</h2>"))
    #expect(!self.page().html.contains("Stage: "))
  }

  // MARK: - Markdown

  @Test func markdownBecomesElements() {
    let markdown = """
      ## a < b

      Text
      of **two** lines, `c`.

      - x
      - **y**

      ![p](p.svg)

      lone ** and `
      """
    let html = MarkdownHTML(markdown).html
    #expect(
      html == """
        <h2>a &lt; b</h2>
        <p>Text<br>
        of <strong>two</strong> lines, <code>c</code>.</p>
        <ul>
        <li>x</li>
        <li><strong>y</strong></li>
        </ul>
        <p>lone ** and `</p>
        """)
  }

  @Test func aTableKeepsItsAlignment() {
    var table = TextTable(["arm", "steps"])
    table.append(["a<b", "1"])
    #expect(
      MarkdownHTML("At <2>:\n\n" + table.markdown).html == """
        <p>At &lt;2&gt;:</p>
        <div class="scroll" role="region" aria-label="At &lt;2&gt;:" tabindex="0"><table>
        <thead><tr><th scope="col">arm</th><th scope="col" class="number">steps</th></tr></thead>
        <tbody>
        <tr><th scope="row">a&lt;b</th><td class="number">1</td></tr>
        </tbody></table></div>
        """)
  }

  /// Speed-ups stand behind the first column, so that a narrow window shows them; every cell keeps its own column.
  @Test func speedUpsStandEarly() {
    var table = TextTable(["arm", "rate", "steps", "over", "speed-up (95% interval)"], words: [0, 3, 4])
    table.append(["fast", "0.1", "7", "slow", "2×"])
    let html = MarkdownHTML(table.markdown).html
    #expect(
      html.contains(
        """
        <tr><th scope="row" class="early">fast</th><td class="early">slow</td><td class="early speed-up">2×</td>\
        <td class="number">0.1</td><td class="number">7</td></tr>
        """))
    let titles = html.components(separatedBy: "</th>").prefix(5).compactMap { $0.components(separatedBy: ">").last }
    #expect(titles == ["arm", "over", "speed-up (95% interval)", "rate", "steps"])
  }
}

private func occurrences(of part: String, in text: String) -> Int { text.components(separatedBy: part).count - 1 }

extension Substring {
  fileprivate func trimming(while characters: String) -> String {
    var rest = self
    while let first = rest.first, characters.contains(first) { rest.removeFirst() }
    while let last = rest.last, characters.contains(last) { rest.removeLast() }
    return String(rest)
  }
}
