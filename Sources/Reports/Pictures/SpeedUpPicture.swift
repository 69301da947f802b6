import Foundation
import Platform

/// `speedup.svg`: the speed-up of each arm over the baseline at each target, with 95% intervals; bounds are arrows.
///
/// What cannot be compared has no row: a line under the targets names it.
struct SpeedUpPicture {
  let analysis: Analysis

  private var study: Study { analysis.study }

  private static let rowHeight = 34.0
  private static let groupGap = 16.0
  private static let fontSize = 17.0
  private static let noteSize = 16.0
  private static let plotWidth = 600.0
  private static let arrowLength = 50.0

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
      let rows = analysis.outcomes(.best, target: target).filter { $0.arm.name != study.baseline }
      let (silent, shown) = (rows.filter(\.isUnknown), rows.filter { !$0.isUnknown })
      return Group(target: target, rows: shown, silent: silent.map(\.arm.name))
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
    let names = shown.map(\.title) + rows.map { "  " + $0.arm.name }
    let left = 24 + max(140, widest(names, Self.fontSize)) + 24
    let right = left + Self.plotWidth
    let width = max(
      right + 24 + widest(rows.map(\.speedUp.text), Self.noteSize) + 16,
      24 + SVGDocument.width(of: explanation, size: Self.noteSize) + 16)
    let top = 96.0
    let bottom = shown.isEmpty ? top : top + max(shown.reduce(0) { $0 + $1.height }, 120)
    var document = SVGDocument(
      width: width, height: bottom + 76 + 24 * Double(empty.count),
      title: "\(study.name): speed-up over \(study.baseline)")
    func shortened(_ text: String, _ size: Double) -> String {
      SVGDocument.shortened(text, size: size, width: width - 48)
    }
    document.text(
      shortened("\(study.name): how many times fewer steps than \(study.baseline)", 24), x: 24, y: 40, size: 24,
      bold: true)
    document.text(explanation, x: 24, y: 70, size: Self.noteSize, color: "#444444")
    // Room for the arrows of bounds at either end.
    let axis = self.axis(rows, from: left + Self.arrowLength, to: right - Self.arrowLength)
    if shown.isEmpty {
      document.text("nothing to compare yet", x: 24, y: top + 30, size: 18)
    } else {
      draw(axis, in: &document, left: left, right: right, top: top, bottom: bottom)
    }

    var y = top
    for group in shown {
      document.text(group.title, x: 24, y: y + 22, size: Self.fontSize, bold: true)
      var place = y + Self.rowHeight
      for row in group.rows {
        draw(row, axis: axis, in: &document, y: place + Self.rowHeight / 2, textX: right + 24)
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

  private var explanation: String {
    let rates = study.learningRates.count > 1 ? ", each arm at its best learning rate" : ""
    return "mean of paired seeds with 95% interval\(rates); an arrow is a bound with 95% confidence"
  }

  // MARK: - Parts

  private func draw(
    _ axis: Axis, in document: inout SVGDocument, left: Double, right: Double, top: Double, bottom: Double
  ) {
    let middle = (left + right) / 2
    func label(_ tick: Double) -> String { tick.shortText + "×" }
    for tick in axis.ticks(atMost: 9, extent: { SVGDocument.width(of: label($0), size: PlotFrame.tickSize) }) {
      let x = axis.position(tick)
      document.line(x, top, x, bottom, .init(color: "#e4e4e4"))
      document.text(label(tick), x: x, y: bottom + 24, size: PlotFrame.tickSize, anchor: .middle)
    }
    document.line(axis.position(1), top, axis.position(1), bottom, .init(width: 1.6, dashes: [6, 4]))
    document.line(left, bottom, right, bottom, .init(width: 1.4))
    document.text(
      "speed-up (logarithmic; right of 1×: sooner than \(study.baseline))", x: middle, y: bottom + 52, size: 18,
      anchor: .middle)
  }

  private func draw(_ row: Outcome, axis: Axis, in document: inout SVGDocument, y: Double, textX: Double) {
    let index = study.arms.firstIndex { $0.name == row.arm.name } ?? 0
    let color = ArmStyle.styles(of: study.arms)[index].color
    let stroke = SVGDocument.Stroke(color: color, width: 3)
    document.text(row.arm.name, x: 44, y: y + 6, size: Self.fontSize)
    func place(_ value: Double) -> Double {
      axis.position(min(max(value, axis.domain.lowerBound), axis.domain.upperBound))
    }
    func arrow(_ bound: SpeedUp.Bound, direction: Double) {
      let x = place(bound.limit ?? bound.mean)
      let tip = x + direction * Self.arrowLength
      document.line(x, y, tip - direction * 6, y, stroke)
      document.polygon([(tip, y), (tip - direction * 13, y - 8), (tip - direction * 13, y + 8)], fill: color)
      document.line(x, y - 9, x, y + 9, stroke)
    }
    switch row.speedUp {
    case .ratio(let ratio):
      if let interval = ratio.interval {
        document.line(place(interval.lowerBound), y, place(interval.upperBound), y, stroke)
        // An end beyond the axis has no cap.
        for end in [interval.lowerBound, interval.upperBound] where axis.domain.contains(end) {
          document.line(place(end), y - 7, place(end), y + 7, .init(color: color, width: 2))
        }
      }
      document.dot(place(ratio.value), y, radius: 7, fill: color)
    case .atLeast(let bound): arrow(bound, direction: 1)
    case .atMost(let bound): arrow(bound, direction: -1)
    case .unknown: break
    }
    document.text(row.speedUp.text, x: textX, y: y + 6, size: Self.noteSize)
  }

  /// An axis for all estimates and bounds, and for intervals as far as four times beyond those.
  private func axis(_ rows: [Outcome], from: Double, to: Double) -> Axis {
    var (low, high) = (1.0, 1.0)
    var ends: [Double] = []
    for row in rows {
      switch row.speedUp {
      case .ratio(let ratio):
        (low, high) = (min(low, ratio.value), max(high, ratio.value))
        ends += ratio.interval.map { [$0.lowerBound, $0.upperBound] } ?? []
      case .atLeast(let bound), .atMost(let bound):
        (low, high) = (min(low, bound.limit ?? bound.mean), max(high, bound.limit ?? bound.mean))
      case .unknown: break
      }
    }
    let least = max(low / 4, ends.min() ?? low)
    let most = min(high * 4, ends.max() ?? high)
    (low, high) = (min(low, least), max(high, most))
    // A twentieth of the range at either end, in logarithms at least a hundredth.
    let room = max(1.01, pow(high / low, 0.05))
    return Axis(low: low / room, high: high * room, from: from, to: to, isLogarithmic: true)
  }
}
