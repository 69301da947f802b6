import Platform

/// `speedup.svg`: the speed-up of each arm over its baselines at each target, with intervals, or arrows where it is known
/// from one side only.
///
/// What cannot be compared has no row: a line under the targets names it.
struct SpeedUpPicture {
  let analysis: Analysis

  private var study: Study { analysis.study }

  private static let rowHeight = 34.0
  private static let groupGap = 16.0
  private static let fontSize = 17.0
  private static let noteSize = 16.0
  private static let lineHeight = 22.0
  private static let plotWidth = 600.0

  /// The rows of one target that say something, and the names of the arms without one.
  private struct Group {
    let target: Double
    let rows: [Outcome]
    let silent: [String]

    var title: String { "down to \(target.shortText) nats" }
    var note: String? { silent.isEmpty ? nil : "no ratio: \(silent.joined(separator: ", "))" }
    var height: Double {
      SpeedUpPicture.rowHeight * Double(rows.count + 1) + SpeedUpPicture.groupGap + (silent.isEmpty ? 0 : 24)
    }
  }

  private var groups: [Group] {
    study.targetLosses.sorted(by: >).map { target in
      let rows = analysis.outcomes(.best, target: target).filter { !$0.isBaseline }
      let (silent, shown) = (rows.filter(\.isUnknown), rows.filter { !$0.isUnknown })
      return Group(target: target, rows: shown, silent: silent.map(name))
    }
  }

  /// The file's text.
  var svg: String {
    let shown = groups.filter { !$0.rows.isEmpty }
    let empty = groups.filter { $0.rows.isEmpty && !$0.silent.isEmpty }
    func widest(_ texts: [String], _ size: Double) -> Double {
      texts.map { SVGDocument.width(of: $0, size: size) }.max() ?? 0
    }
    let rows = shown.flatMap(\.rows)
    let explanation = RatioPlot.explanation(of: rows.map(\.speedUp), remark: study.ratesRemark.map { ", \($0)" } ?? "")
    let names = shown.map(\.title) + rows.map { "  " + name($0) }
    let left = 24 + max(140, widest(names, Self.fontSize)) + 24
    let right = left + Self.plotWidth
    let width = max(
      right + 24 + widest(rows.map(\.speedUp.text), Self.noteSize) + 16,
      24 + widest(explanation, Self.noteSize) + 16)
    let top = 74 + Self.lineHeight * Double(max(1, explanation.count))
    let bottom = shown.isEmpty ? top : top + max(shown.reduce(0) { $0 + $1.height }, 120)
    var document = SVGDocument(
      width: width, height: bottom + 76 + 24 * Double(empty.count),
      title: "\(study.name): speed-up over \(study.baselinePhrase)")
    func shortened(_ text: String, _ size: Double) -> String {
      SVGDocument.shortened(text, size: size, width: width - 48)
    }
    document.text(
      shortened("\(study.name): how many times fewer steps than \(study.baselinePhrase)", 24), x: 24, y: 40, size: 24,
      bold: true)
    for (i, line) in explanation.enumerated() {
      document.text(line, x: 24, y: 70 + Self.lineHeight * Double(i), size: Self.noteSize, color: "#444444")
    }
    let plot = RatioPlot(of: rows.map(\.speedUp), from: left, to: right)
    if shown.isEmpty {
      document.text("nothing to compare yet", x: 24, y: top + 30, size: 18)
    } else {
      plot.drawGrid(in: &document, top: top, bottom: bottom)
      document.text(
        "speed-up (logarithmic; right of 1×: sooner than \(study.baselinePhrase))", x: (left + right) / 2,
        y: bottom + 52, size: 18, anchor: .middle)
    }

    var y = top
    for group in shown {
      document.text(group.title, x: 24, y: y + 22, size: Self.fontSize, bold: true)
      var place = y + Self.rowHeight
      for row in group.rows {
        draw(row, plot, in: &document, y: place + Self.rowHeight / 2, textX: right + 24)
        place += Self.rowHeight
      }
      if let note = group.note {
        document.text(note, x: 44, y: place + 14, size: 15, color: "#666666")
      }
      y += group.height
    }
    for (i, group) in empty.enumerated() {
      let text = "\(group.title): \(group.note ?? "")"
      document.text(shortened(text, 15), x: 24, y: bottom + 76 + 24 * Double(i), size: 15, color: "#666666")
    }
    return document.text
  }

  // MARK: - Parts

  /// What a row is of: the arm, and over what, where there are several baselines.
  private func name(_ row: Outcome) -> String {
    study.hasSeveralBaselines ? "\(row.arm.name) over \(row.baseline)" : row.arm.name
  }

  private func draw(_ row: Outcome, _ plot: RatioPlot, in document: inout SVGDocument, y: Double, textX: Double) {
    let index = study.arms.firstIndex { $0.name == row.arm.name } ?? 0
    document.text(name(row), x: 44, y: y + 6, size: Self.fontSize)
    plot.draw(row.speedUp, in: &document, y: y, color: ArmStyle.styles(of: study.arms)[index].color)
    document.text(row.speedUp.text, x: textX, y: y + 6, size: Self.noteSize)
  }
}
