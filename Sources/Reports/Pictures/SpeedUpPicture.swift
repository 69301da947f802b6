import Platform

/// `speedup.svg`: the speed-up of each arm over the baseline at each target, with 95% intervals; bounds are arrows.
struct SpeedUpPicture {
  let analysis: Analysis

  private var study: Study { analysis.study }

  private static let rowHeight = 34.0
  private static let groupGap = 20.0
  private static let fontSize = 17.0
  private static let plotWidth = 600.0
  private static let arrowLength = 50.0

  /// The rows of one target.
  private struct Group {
    let target: Double
    let rows: [Outcome]
  }

  private var groups: [Group] {
    study.targetLosses.sorted(by: >).map { target in
      let rows = analysis.outcomes(.best, target: target).filter { $0.arm.name != study.baseline }
      return Group(target: target, rows: rows)
    }.filter { !$0.rows.isEmpty }
  }

  /// The file's text.
  var svg: String {
    let groups = self.groups
    let names = groups.flatMap(\.rows).map(\.arm.name)
    let labelWidth = max(220, names.map { SVGDocument.width(of: $0, size: Self.fontSize) }.max() ?? 0) + 56
    let width = labelWidth + Self.plotWidth + 330
    let top = 118.0
    let plotHeight = groups.reduce(0) { $0 + Self.rowHeight * Double($1.rows.count + 1) + Self.groupGap }
    let bottom = top + max(plotHeight, 120)
    var document = SVGDocument(
      width: width, height: bottom + 84, title: "\(study.name): speed-up over \(study.baseline)")
    let title = "\(study.name): how many times fewer steps than \(study.baseline)"
    document.text(
      SVGDocument.shortened(title, size: 24, width: width - 48), x: 24, y: 40, size: 24, bold: true)
    let rates = study.learningRates.count > 1 ? ", each arm at its best learning rate" : ""
    document.text(
      "Mean of paired seeds with 95% interval\(rates); an arrow is a bound, where a run's budget ended first", x: 24,
      y: 70, size: 16, color: "#444444")

    let (left, right) = (labelWidth, labelWidth + Self.plotWidth)
    // Room for the arrows of bounds at either end.
    let axis = self.axis(groups, from: left + Self.arrowLength, to: right - Self.arrowLength)
    for tick in axis.ticks(atMost: 9) {
      let x = axis.position(tick)
      document.line(x, top, x, bottom, .init(color: "#e4e4e4"))
      document.text(tick.shortText + "×", x: x, y: bottom + 24, size: 16, anchor: .middle)
    }
    if !groups.isEmpty {
      document.line(axis.position(1), top, axis.position(1), bottom, .init(width: 1.6, dashes: [6, 4]))
    }
    document.line(left, bottom, right, bottom, .init(width: 1.4))
    document.text(
      "speed-up in steps (logarithmic; right of 1×: sooner than \(study.baseline))",
      x: (axis.from + axis.to) / 2, y: bottom + 56, size: 18, anchor: .middle)
    if groups.isEmpty {
      document.text(
        "nothing to compare yet", x: (axis.from + axis.to) / 2, y: (top + bottom) / 2, size: 18, anchor: .middle)
    }

    var y = top + Self.groupGap / 2
    for group in groups {
      document.text(
        "down to \(group.target.shortText) nats", x: 24, y: y + 22, size: Self.fontSize, bold: true)
      y += Self.rowHeight
      for row in group.rows {
        draw(row, axis: axis, in: &document, y: y + Self.rowHeight / 2)
        y += Self.rowHeight
      }
      y += Self.groupGap
    }
    return document.text
  }

  private func draw(_ row: Outcome, axis: Axis, in document: inout SVGDocument, y: Double) {
    let index = study.arms.firstIndex { $0.name == row.arm.name } ?? 0
    let color = ArmStyle.styles(of: study.arms)[index].color
    let stroke = SVGDocument.Stroke(color: color, width: 3)
    document.text(row.arm.name, x: 44, y: y + 6, size: Self.fontSize)
    func place(_ value: Double) -> Double {
      axis.position(min(max(value, axis.domain.lowerBound), axis.domain.upperBound))
    }
    func arrow(_ value: Double, direction: Double) {
      let x = place(value)
      let tip = x + direction * Self.arrowLength
      document.line(x, y, tip - direction * 6, y, stroke)
      document.polygon([(tip, y), (tip - direction * 13, y - 8), (tip - direction * 13, y + 8)], fill: color)
      document.line(x, y - 9, x, y + 9, stroke)
    }
    switch row.speedUp {
    case .ratio(let estimate):
      if let interval = estimate.interval {
        document.line(place(interval.lowerBound), y, place(interval.upperBound), y, stroke)
        // An end beyond the axis has no cap.
        for end in [interval.lowerBound, interval.upperBound] where axis.domain.contains(end) {
          document.line(place(end), y - 7, place(end), y + 7, .init(color: color, width: 2))
        }
      }
      document.dot(place(estimate.value), y, radius: 7, fill: color)
    case .atLeast(let bound): arrow(bound, direction: 1)
    case .atMost(let bound): arrow(bound, direction: -1)
    case .unknown: break
    }
    let text = if case .unknown = row.speedUp { row.crossings.isEmpty ? "not reached" : "–" } else { row.boundText }
    document.text(text, x: axis.to + Self.arrowLength + 24, y: y + 6, size: 16)
  }

  /// An axis for all estimates and bounds, and for intervals as far as four times beyond those.
  private func axis(_ groups: [Group], from: Double, to: Double) -> Axis {
    var (low, high) = (1.0, 1.0)
    var ends: [Double] = []
    for row in groups.flatMap(\.rows) {
      switch row.speedUp {
      case .ratio(let estimate):
        (low, high) = (min(low, estimate.value), max(high, estimate.value))
        ends += estimate.interval.map { [$0.lowerBound, $0.upperBound] } ?? []
      case .atLeast(let bound): (low, high) = (min(low, bound), max(high, bound * 1.4))
      case .atMost(let bound): (low, high) = (min(low, bound / 1.4), max(high, bound))
      case .unknown: break
      }
    }
    let least = max(low / 4, ends.min() ?? low)
    let most = min(high * 4, ends.max() ?? high)
    return Axis(low: min(low, least) / 1.15, high: max(high, most) * 1.15, from: from, to: to, isLogarithmic: true)
  }
}
