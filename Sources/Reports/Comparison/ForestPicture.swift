import Platform

/// `comparison.svg`: the speed-ups of several experiments on one axis, grouped by the family of the baseline's
/// positions, a row an experiment, arm, baseline and target.
///
/// It shows the arms of one family of positions. Dots of rows whose baseline is of this family too are hollow.
struct ForestPicture {
  let comparison: Comparison
  let position: String

  private static let rowHeight = 30.0
  private static let titleHeight = 36.0
  private static let groupGap = 14.0
  private static let fontSize = 16.0
  private static let titleSize = 24.0
  private static let lineHeight = 22.0
  private static let plotWidth = 560.0
  private static let indent = 44.0

  /// A row as it is drawn.
  private struct Line {
    let cells: [String]
    let row: Comparison.Row
    /// Whether an experiment begins here, so that it is named.
    let isFirst: Bool
  }

  private typealias Group = (title: String, lines: [Line])

  private var groups: [Group] {
    let rows = comparison.rows.filter { $0.outcome.arm.position == position }
    return Comparison.groups(rows).map { group in
      var label: String?
      let lines = group.rows.map { row -> Line in
        let isFirst = row.entry.label != label
        label = row.entry.label
        let target = "to \(row.outcome.target?.shortText ?? "–") nats"
        let arms = "\(row.outcome.arm.name) over \(row.outcome.baseline)"
        return Line(cells: [isFirst ? row.entry.label : "", arms, target], row: row, isFirst: isFirst)
      }
      return ("over \(group.baselines)", lines)
    }
  }

  /// The file's text.
  var svg: String {
    let groups = self.groups
    let lines = groups.flatMap(\.lines)
    let columns = (0..<3).map { i in widest(lines.map { $0.cells[i] }) + 20 }
    let starts = columns.indices.map { Self.indent + columns.prefix($0).reduce(0, +) }
    let left = max(220, Self.indent + columns.reduce(0, +))
    let right = left + Self.plotWidth
    let explanation = self.explanation
    let width = max(right + 24 + widest(lines.map(\.row.outcome.speedUp.text)) + 16, 24 + widest(explanation) + 16)
    let top = 70 + Self.lineHeight * Double(max(1, explanation.count))
    let height = groups.reduce(0) { $0 + Self.titleHeight + Self.rowHeight * Double($1.lines.count) + Self.groupGap }
    let bottom = top + max(height, 60)
    var document = SVGDocument(width: width, height: bottom + 72, title: "speed-ups of several experiments")
    let title = SVGDocument.shortened(
      "How many times fewer steps do \(position) positions need?", size: Self.titleSize, width: width - 48)
    document.text(title, x: 24, y: 40, size: Self.titleSize, bold: true)
    for (i, line) in explanation.enumerated() {
      document.text(line, x: 24, y: 68 + Self.lineHeight * Double(i), size: Self.fontSize, color: "#444444")
    }
    guard !lines.isEmpty else {
      document.text("nothing to compare yet", x: 24, y: top + 30, size: 18)
      return document.text
    }
    let plot = RatioPlot(of: lines.map(\.row.outcome.speedUp), from: left, to: right)
    plot.drawGrid(in: &document, top: top, bottom: bottom)
    document.text(
      "speed-up (logarithmic; right of 1×: sooner than the baseline)", x: (left + right) / 2, y: bottom + 52, size: 18,
      anchor: .middle)
    var y = top
    for group in groups {
      document.text(group.title, x: 24, y: y + 24, size: 17, bold: true)
      y += Self.titleHeight
      for line in group.lines {
        draw(line, plot, in: &document, starts: starts, y: y, right: right)
        y += Self.rowHeight
      }
      y += Self.groupGap
    }
    return document.text
  }

  private var explanation: [String] {
    let rows = groups.flatMap(\.lines).map(\.row)
    return RatioPlot.explanation(of: rows.map(\.outcome.speedUp))
      + (rows.contains(where: \.isWithinFamily) ? ["hollow, grey: both are \(position), as in a sham comparison"] : [])
  }

  private func draw(
    _ line: Line, _ plot: RatioPlot, in document: inout SVGDocument, starts: [Double], y: Double, right: Double
  ) {
    let middle = y + Self.rowHeight / 2
    if line.isFirst { document.line(Self.indent, y, right, y, .init(color: "#e4e4e4")) }
    for (x, text) in zip(starts, line.cells) { document.text(text, x: x, y: middle + 5.5, size: Self.fontSize) }
    let outcome = line.row.outcome
    let isHollow = line.row.isWithinFamily
    let color = isHollow ? "#777777" : ArmStyle.styles(of: [outcome.arm])[0].color
    plot.draw(outcome.speedUp, in: &document, y: middle, color: color, isHollow: isHollow)
    document.text(outcome.speedUp.text, x: right + 24, y: middle + 5.5, size: Self.fontSize)
  }

  private func widest(_ texts: [String]) -> Double {
    texts.map { SVGDocument.width(of: $0, size: Self.fontSize) }.max() ?? 0
  }
}
