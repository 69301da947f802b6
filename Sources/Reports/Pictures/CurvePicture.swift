import Platform

/// `curves.svg`: held-out loss against the step, a panel a learning rate, every seed thin and the mean thick.
struct CurvePicture {
  let analysis: Analysis

  private var study: Study { analysis.study }
  private var styles: [ArmStyle] { ArmStyle.styles(of: study.arms) }

  private static let panelSize = (width: 780.0, height: 460.0)
  private static let smallPanelSize = (width: 480.0, height: 340.0)
  private static let margin = (left: 84.0, right: 92.0, top: 34.0, bottom: 66.0)

  /// The file's text.
  var svg: String {
    let rates = study.learningRates.prefix(Self.maximumPanelCount)
    let columns = rates.count <= 1 ? 1 : rates.count <= 4 ? 2 : 3
    let rows = (rates.count + columns - 1) / columns
    let size = columns == 1 ? Self.panelSize : Self.smallPanelSize
    let cell = (
      width: size.width + Self.margin.left + Self.margin.right,
      height: size.height + Self.margin.top + Self.margin.bottom
    )
    let width = Double(columns) * cell.width
    let legend = LegendLayout(names: legendNames, width: width - 2 * 24)
    let top = 62 + legend.height
    var document = SVGDocument(
      width: width, height: top + Double(rows) * cell.height + 8, title: "\(study.name): learning curves")
    let title = SVGDocument.shortened("\(study.name): held-out loss while training", size: 24, width: width - 48)
    document.text(title, x: 24, y: 40, size: 24, bold: true)
    draw(legend, in: &document, y: 62)
    for (i, rate) in rates.enumerated() {
      let x = Double(i % columns) * cell.width + Self.margin.left
      let y = top + Double(i / columns) * cell.height + Self.margin.top
      drawPanel(rate: rate, in: &document, x: x, y: y, width: size.width, height: size.height)
    }
    return document.text
  }

  /// More panels than this nobody reads; the rest is in `curves.csv`.
  private static let maximumPanelCount = 12

  // MARK: - Legend

  private var legendNames: [String] { study.arms.map(\.name) + ["thick: mean of the seeds, thin: each seed"] }

  private func draw(_ legend: LegendLayout, in document: inout SVGDocument, y: Double) {
    for (i, place) in legend.places.enumerated() {
      let (x, y) = (24 + place.x, y + place.y)
      if i < study.arms.count {
        let style = styles[i]
        document.line(x, y + 9, x + 40, y + 9, .init(color: style.color, width: 3.2, dashes: style.dashes))
      } else {
        document.line(x, y + 6, x + 40, y + 6, .init(color: "#666666", width: 3.2))
        document.line(x, y + 13, x + 40, y + 13, .init(color: "#666666", width: 1, opacity: 0.6))
      }
      document.text(legendNames[i], x: x + 48, y: y + 14.5, size: LegendLayout.fontSize)
    }
  }

  // MARK: - Panel

  private func drawPanel(
    rate: Double, in document: inout SVGDocument, x: Double, y: Double, width: Double, height: Double
  ) {
    let range = lossRange
    let steps = analysis.runs.compactMap { $0.points.last?.step }.max() ?? 0
    let across = Axis(low: 0, high: Double(max(steps, 10)), from: x, to: x + width)
    let up = Axis(low: range.low, high: range.high, from: y + height, to: y)

    for tick in up.ticks(atMost: 8) {
      let level = up.position(tick)
      document.line(x, level, x + width, level, .init(color: "#e4e4e4"))
      document.text(tick.shortText, x: x - 10, y: level + 5.5, size: 16, anchor: .end)
    }
    for tick in across.ticks(atMost: width > 600 ? 8 : 5) {
      let place = across.position(tick)
      document.line(place, y + height, place, y + height + 6, .init())
      document.text(Self.grouped(tick), x: place, y: y + height + 24, size: 16, anchor: .middle)
    }
    drawTargets(up, in: &document, x: x, y: y, width: width, height: height)

    let curves = study.arms.enumerated().map { index, arm in
      (
        style: styles[index],
        runs: analysis.runs.filter { $0.cell.arm.name == arm.name && $0.cell.learningRate == rate }
      )
    }
    document.clipped(x: x, y: y, width: width, height: height) { document in
      func line(_ points: [(step: Int, value: Double)], _ stroke: SVGDocument.Stroke) {
        for piece in points.split(whereSeparator: { !$0.value.isFinite }) {
          document.polyline(piece.map { (across.position(Double($0.step)), up.position($0.value)) }, stroke)
        }
      }
      for curve in curves {
        for run in curve.runs { line(run.validations, .init(color: curve.style.color, width: 1.1, opacity: 0.5)) }
      }
      for curve in curves {
        let finished = curve.runs.filter { $0.finalValue != nil }
        line(
          MeanCurve(finished).points, .init(color: curve.style.color, width: 3.2, dashes: curve.style.dashes))
      }
    }
    document.polyline([(x, y), (x, y + height), (x + width, y + height)], .init(width: 1.4))
    if !curves.contains(where: { $0.runs.contains { !$0.validations.isEmpty } }) {
      document.text("nothing measured yet", x: x + width / 2, y: y + height / 2, size: 18, anchor: .middle)
    }
    document.text("step", x: x + width / 2, y: y + height + 50, size: 18, anchor: .middle)
    document.text(
      "held-out loss (nats per masked token)", x: x - 60, y: y + height / 2, size: width > 600 ? 18 : 16,
      anchor: .middle, upwards: true)
    document.text("peak learning rate \(rate.shortText)", x: x, y: y - 14, size: 17, bold: true)
  }

  /// Lines at the targets, their labels to the right, moved apart where they would overlap.
  private func drawTargets(
    _ up: Axis, in document: inout SVGDocument, x: Double, y: Double, width: Double, height: Double
  ) {
    let spacing = 18.0
    let targets = study.targetLosses.filter { up.domain.contains($0) }.sorted(by: >)
    var lowest = -Double.infinity
    for (i, target) in targets.enumerated() {
      let level = up.position(target)
      document.line(x, level, x + width, level, .init(color: "#555555", width: 1.3, dashes: [5, 4]))
      // Room is left above the axis for the labels that are still to come.
      let label = min(max(level, lowest + spacing), y + height - spacing * Double(targets.count - 1 - i))
      guard label > lowest else { continue }
      document.text("target \(target.shortText)", x: x + width + 8, y: label + 5, size: 15, color: "#444444")
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

/// Places for a legend's entries, from left to right and line by line.
struct LegendLayout {
  static let fontSize = 16.0
  private static let lineHeight = 26.0

  /// The top left corner of each entry.
  let places: [(x: Double, y: Double)]
  /// The height of all lines.
  let height: Double

  init(names: [String], width: Double) {
    var places: [(x: Double, y: Double)] = []
    var (x, y) = (0.0, 0.0)
    for name in names {
      let extent = 48 + SVGDocument.width(of: name, size: Self.fontSize) + 24
      if x > 0, x + extent > width { (x, y) = (0, y + Self.lineHeight) }
      places.append((x, y))
      x += extent
    }
    self.places = places
    height = names.isEmpty ? 0 : y + Self.lineHeight
  }
}

extension SVGDocument {
  /// A text cut so that it takes no more than a width.
  static func shortened(_ text: String, size: Double, width: Double) -> String {
    guard Self.width(of: text, size: size) > width else { return text }
    return text.prefix(max(1, Int(width / (0.62 * size)) - 1)) + "…"
  }
}
