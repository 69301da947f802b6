import Platform

/// `curves.svg`: held-out loss against the step, a panel a learning rate, every seed thin and the mean thick.
///
/// All panels have the same axes, whose titles stand once.
struct CurvePicture {
  let analysis: Analysis

  private var study: Study { analysis.study }

  private static let margin = (left: 84.0, right: 96.0, top: 34.0, bottom: 38.0)
  /// More panels than this nobody reads; the rest is in `curves.csv`.
  private static let maximumPanelCount = 12

  /// The columns that leave the fewest places empty, by the number of panels.
  private static let columnCounts = [1, 1, 2, 3, 2, 3, 3, 4, 4, 3, 5, 4, 4]

  /// The file's text.
  var svg: String {
    let rates = study.learningRates.prefix(Self.maximumPanelCount)
    let columns = Self.columnCounts[rates.count]
    let rows = (rates.count + columns - 1) / columns
    let size = columns == 1 ? (width: 780.0, height: 460.0) : (width: 420.0, height: 320.0)
    let gap = columns == 1 ? Self.margin.right : 44
    let (cellWidth, cellHeight) = (size.width + gap, size.height + Self.margin.top + Self.margin.bottom)
    let width = Self.margin.left + Double(columns) * cellWidth - gap + Self.margin.right
    // A place without a panel takes the legend.
    let hasPlace = rows * columns > rates.count
    let legend = Legend(legendEntries, width: hasPlace ? size.width : width - 48)
    let top = 62 + (hasPlace ? 0 : legend.height)
    let bottom = top + Double(rows) * cellHeight
    var document = SVGDocument(width: width, height: bottom + 40, title: "\(study.name): learning curves")
    let title = SVGDocument.shortened("\(study.name): held-out loss while training", size: 24, width: width - 48)
    document.text(title, x: 24, y: 40, size: 24, bold: true)

    let steps = Double(max(analysis.runs.compactMap { $0.points.last?.step }.max() ?? 0, 10))
    for (i, rate) in rates.enumerated() {
      let (row, column) = (i / columns, i % columns)
      let frame = PlotFrame(
        x: Self.margin.left + Double(column) * cellWidth, y: top + Double(row) * cellHeight + Self.margin.top,
        width: size.width, height: size.height, across: (0, steps), up: lossRange)
      frame.drawGrid(in: &document, isLabelled: column == 0)
      frame.drawTicks(in: &document, label: Self.grouped)
      draw(rate: rate, frame, in: &document, namesTargets: column == columns - 1)
    }
    if hasPlace {
      legend.draw(
        in: &document, x: Self.margin.left + Double(rates.count % columns) * cellWidth,
        y: bottom - cellHeight + Self.margin.top)
    } else {
      legend.draw(in: &document, x: 24, y: 62)
    }
    let middle = Self.margin.left + (Double(columns) * cellWidth - gap) / 2
    document.text("step", x: middle, y: bottom + 16, size: 18, anchor: .middle)
    document.text(
      "held-out loss (nats per masked token)", x: 24, y: (top + bottom) / 2, size: 18, anchor: .middle, upwards: true)
    return document.text
  }

  private var legendEntries: [(mark: Legend.Mark, text: String)] {
    zip(study.arms, ArmStyle.styles(of: study.arms)).map { (.line($1), $0.name) } + [
      (
        .own { document, x, y in
          document.line(x, y - 3, x + 40, y - 3, .init(color: "#666666", width: 3.2))
          document.line(x, y + 4, x + 40, y + 4, .init(color: "#666666", width: 1, opacity: 0.6))
        }, "thick: mean of the seeds, thin: each seed"
      )
    ]
  }

  // MARK: - Panel

  private func draw(rate: Double, _ frame: PlotFrame, in document: inout SVGDocument, namesTargets: Bool) {
    drawTargets(frame, in: &document, isLabelled: namesTargets)
    let curves = zip(study.arms, ArmStyle.styles(of: study.arms)).map { arm, style in
      (style: style, runs: analysis.runs.filter { $0.cell.arm.name == arm.name && $0.cell.learningRate == rate })
    }
    frame.clipped(in: &document) { document in
      func line(_ points: [(step: Int, value: Double)], _ stroke: SVGDocument.Stroke) {
        for piece in points.split(whereSeparator: { !$0.value.isFinite }) {
          document.polyline(piece.map { frame.place((Double($0.step), $0.value)) }, stroke)
        }
      }
      for curve in curves {
        for run in curve.runs { line(run.validations, .init(color: curve.style.color, width: 1.1, opacity: 0.5)) }
      }
      for curve in curves {
        let finished = curve.runs.filter { $0.finalValue != nil }
        line(MeanCurve(finished).points, .init(color: curve.style.color, width: 3.2, dashes: curve.style.dashes))
      }
    }
    frame.drawEdges(in: &document)
    if !curves.contains(where: { $0.runs.contains { !$0.validations.isEmpty } }) {
      document.text(
        "nothing measured yet", x: frame.x + frame.width / 2, y: frame.y + frame.height / 2, size: 18, anchor: .middle)
    }
    document.text("peak learning rate \(rate.shortText)", x: frame.x, y: frame.y - 14, size: 17, bold: true)
  }

  /// Lines at the targets, their labels to the right, moved apart where they would overlap.
  private func drawTargets(_ frame: PlotFrame, in document: inout SVGDocument, isLabelled: Bool) {
    let spacing = 18.0
    let targets = study.targetLosses.filter { frame.up.domain.contains($0) }.sorted(by: >)
    let right = frame.x + frame.width
    var lowest = -Double.infinity
    for (i, target) in targets.enumerated() {
      let level = frame.up.position(target)
      document.line(frame.x, level, right, level, .init(color: "#555555", width: 1.3, dashes: [5, 4]))
      // Room is left above the axis for the labels that are still to come.
      let label = min(max(level, lowest + spacing), frame.y + frame.height - spacing * Double(targets.count - 1 - i))
      guard isLabelled, label > lowest else { continue }
      document.text("target \(target.shortText)", x: right + 8, y: label + 5, size: 15, color: "#444444")
      lowest = label
    }
  }

  /// The losses that the picture shows: all that were measured, but not the heights of a run that blew up.
  private var lossRange: (low: Double, high: Double) {
    let curves = analysis.runs.map { $0.validations.map(\.value).filter(\.isFinite) }
    let losses = curves.flatMap(\.self)
    guard var low = losses.min(), var high = losses.max() else { return (0, 1) }
    let start = curves.compactMap(\.first).max() ?? high
    if high > 2 * start { high = 1.2 * start }
    for target in study.targetLosses where target < low && target > 0.5 * low { low = target }
    let padding = 0.04 * (high - low)
    return (max(low - padding, low > 0 ? 0 : low - padding), high + padding)
  }

  /// A whole number with thin spaces between groups of three digits.
  private static func grouped(_ value: Double) -> String {
    let text = value.shortText
    guard text.count > 4, text.allSatisfy(\.isNumber) else { return text }
    var groups: [Substring] = []
    var rest = text[...]
    while !rest.isEmpty {
      groups.insert(rest.suffix(3), at: 0)
      rest = rest.dropLast(3)
    }
    return groups.joined(separator: "\u{202f}")
  }
}
