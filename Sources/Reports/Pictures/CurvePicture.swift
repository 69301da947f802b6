import Platform

/// `curves.svg`: held-out loss against the step, a panel a learning rate, every seed thin and the mean thick.
///
/// Arms that have one learning rate each, but not the same, share a panel, and the legend has their rates. All panels have the same axes, whose titles
/// stand once.
struct CurvePicture {
  let analysis: Analysis

  private var study: Study { analysis.study }

  private static let margin = (left: 84.0, top: 34.0, bottom: 38.0)
  /// More panels than this nobody reads; the rest is in `curves.csv`.
  private static let maximumPanelCount = 12

  /// The columns that leave the fewest places empty, by the number of panels.
  private static let columnCounts = [1, 1, 2, 3, 2, 3, 3, 4, 4, 3, 5, 4, 4]

  /// Whether arms have one learning rate each, but not the same.
  private var hasOwnRates: Bool { study.allLearningRates.count > 1 && !study.sweepsRates }

  /// What the picture shows, after the study's name.
  private var subject: String {
    switch study.stage {
    case .tuning: "held-out loss of the runs that choose learning rates"
    case .evaluation: "held-out loss while training"
    case .quality: "held-out loss of runs of one budget\(hasDecay ? " with decay" : "")"
    }
  }

  /// Whether a run's learning rate was seen to fall.
  private var hasDecay: Bool {
    analysis.runs.contains { run in
      let rates = run.points.compactMap { $0[.learningRate] }
      return rates.last.map { $0 < rates.max()! } ?? false
    }
  }

  /// Curves that are shown together.
  private struct Panel {
    let title: String
    /// The learning rate of the runs; `nil` for those of all.
    let rate: Double?
  }

  private var panels: [Panel] {
    let rates = study.allLearningRates
    // The legend says which.
    if hasOwnRates { return [Panel(title: "each arm at its own peak learning rate", rate: nil)] }
    return rates.prefix(Self.maximumPanelCount).map { Panel(title: "peak learning rate \($0.shortText)", rate: $0) }
  }

  /// The file's text.
  var svg: String {
    let (panels, levels) = (self.panels, LevelLines(analysis))
    let right = max(96, 16 + levels.labelWidth)
    let columns = Self.columnCounts[panels.count]
    let rows = (panels.count + columns - 1) / columns
    let size = columns == 1 ? (width: 780.0, height: 460.0) : (width: 420.0, height: 320.0)
    let gap = columns == 1 ? right : 44
    let (cellWidth, cellHeight) = (size.width + gap, size.height + Self.margin.top + Self.margin.bottom)
    let width = Self.margin.left + Double(columns) * cellWidth - gap + right
    // A place without a panel takes the legend.
    let hasPlace = rows * columns > panels.count
    let legend = Legend(legendEntries, width: hasPlace ? size.width : width - 48)
    let top = 62 + (hasPlace ? 0 : legend.height)
    let bottom = top + Double(rows) * cellHeight
    var document = SVGDocument(width: width, height: bottom + 40, title: "\(study.name): \(subject)")
    let title = SVGDocument.shortened("\(study.name): \(subject)", size: 24, width: width - 48)
    document.text(title, x: 24, y: 40, size: 24, bold: true)

    let steps = Double(max(analysis.runs.compactMap { $0.points.last?.step }.max() ?? 0, 10))
    for (i, panel) in panels.enumerated() {
      let (row, column) = (i / columns, i % columns)
      let frame = PlotFrame(
        x: Self.margin.left + Double(column) * cellWidth, y: top + Double(row) * cellHeight + Self.margin.top,
        width: size.width, height: size.height, across: (0, steps), up: lossRange)
      frame.drawGrid(in: &document, isLabelled: column == 0)
      frame.drawTicks(in: &document, label: Self.grouped)
      levels.draw(in: frame, of: &document, isLabelled: column == columns - 1)
      draw(panel, frame, in: &document)
    }
    if hasPlace {
      legend.draw(
        in: &document, x: Self.margin.left + Double(panels.count % columns) * cellWidth,
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
    zip(study.arms, ArmStyle.styles(of: study.arms)).map { (.line($1), name($0)) } + [
      (
        .own { document, x, y in
          document.line(x, y - 3, x + 40, y - 3, .init(color: "#666666", width: 3.2))
          document.line(x, y + 4, x + 40, y + 4, .init(color: "#666666", width: 1, opacity: 0.6))
        }, "thick: mean of the seeds, thin: each seed"
      )
    ]
  }

  /// An arm's name, with its learning rate where arms have unlike ones in one panel.
  private func name(_ arm: Study.Arm) -> String {
    hasOwnRates ? "\(arm.name) at \(study.learningRates(of: arm).map(\.shortText).joined())" : arm.name
  }

  // MARK: - Panel

  private func draw(_ panel: Panel, _ frame: PlotFrame, in document: inout SVGDocument) {
    let shown = analysis.runs.filter { panel.rate == nil || $0.cell.learningRate == panel.rate }
    let curves = zip(study.arms, ArmStyle.styles(of: study.arms)).map { arm, style in
      (style: style, runs: shown.filter { $0.cell.arm.name == arm.name })
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
    let title = SVGDocument.shortened(panel.title, size: 17, width: frame.width)
    document.text(title, x: frame.x, y: frame.y - 14, size: 17, bold: true)
  }

  /// The losses that the picture shows: all that were measured, but not the heights of a run that blew up.
  private var lossRange: (low: Double, high: Double) {
    let curves = analysis.runs.map { $0.validations.map(\.value).filter(\.isFinite) }
    let losses = curves.flatMap(\.self)
    guard var low = losses.min(), var high = losses.max() else { return (0, 1) }
    let start = curves.compactMap(\.first).max() ?? high
    if high > 2 * start { high = 1.2 * start }
    // A reference a little above the curves is shown; one far above would flatten them.
    for loss in analysis.bagsOfWords.compactMap(\.unigramLoss) where loss > high && loss < 1.5 * high { high = loss }
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
