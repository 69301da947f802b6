import Foundation
import Platform

/// Speed-ups on a logarithmic axis: dots with intervals, and arrows where a ratio is known from one side only.
struct RatioPlot {
  /// The axis of the ratios.
  let axis: Axis

  /// Room for the arrows at either end of the axis.
  private static let arrowLength = 50.0

  /// A plot between two pixels, for all values and single limits, and for intervals as far as four times beyond those.
  init(of speedUps: [SpeedUp], from: Double, to: Double) {
    var (low, high) = (1.0, 1.0)
    var ends: [Double] = []
    for ratio in speedUps.compactMap(\.ratio) {
      for value in [ratio.value, ratio.bound?.value].compactMap(\.self) {
        (low, high) = (min(low, value), max(high, value))
      }
      ends += ratio.interval.map { [$0.lowerBound, $0.upperBound] } ?? []
    }
    let least = max(low / 4, ends.min() ?? low)
    let most = min(high * 4, ends.max() ?? high)
    (low, high) = (min(low, least), max(high, most))
    // A twentieth of the range at either end, in logarithms at least a hundredth.
    let room = max(1.01, pow(high / low, 0.05))
    axis = Axis(
      low: low / room, high: high * room, from: from + Self.arrowLength, to: to - Self.arrowLength, isLogarithmic: true)
  }

  /// What dots, lines and arrows are, for those that are drawn: a line for dots and one for arrows.
  ///
  /// - Parameters:
  ///   - speedUps: what is drawn.
  ///   - remark: what else is to be said of the dots; empty for nothing.
  /// - Returns: the lines; none if nothing is drawn.
  static func explanation(of speedUps: [SpeedUp], remark: String = "") -> [String] {
    let ratios = speedUps.compactMap(\.ratio)
    let (single, several) = (ratios.filter { $0.pairCount == 1 }, ratios.filter { $0.pairCount > 1 })
    func intervals(_ estimator: SpeedUp.Estimator) -> [SpeedUp.Ratio] {
      several.filter { $0.estimator == estimator && $0.interval != nil }
    }
    var dots: [String] = []
    let confidences = intervals(.pairedT).map(\.confidenceText)
    if let confidence = confidences.first { dots.append("mean of paired seeds with \(confidence) interval") }
    if !intervals(.medianOrderStatistics).isEmpty {
      dots.append("median of paired seeds with limits from their order, where so written")
    }
    if single.contains(where: { $0.bound == nil }) { dots.append("ratio of one seed, without interval") }
    var arrows: [String] = []
    if several.contains(where: { $0.bound != nil }) { arrows.append("a limit of the median of paired seeds") }
    if single.contains(where: { $0.bound != nil }) { arrows.append("a limit of one seed's ratio") }
    return (dots.isEmpty ? [] : [dots.joined(separator: "; ") + remark])
      + (arrows.isEmpty
        ? [] : ["an arrow begins at \(arrows.joined(separator: " or ")) and points to where the ratio lies"])
  }

  /// Draws the grid, the line at 1× and the numbers under it.
  func drawGrid(in document: inout SVGDocument, top: Double, bottom: Double) {
    func label(_ tick: Double) -> String { tick.shortText + "×" }
    for tick in axis.ticks(atMost: 9, extent: { SVGDocument.width(of: label($0), size: PlotFrame.tickSize) }) {
      let x = axis.position(tick)
      document.line(x, top, x, bottom, .init(color: "#e4e4e4"))
      document.text(label(tick), x: x, y: bottom + 24, size: PlotFrame.tickSize, anchor: .middle)
    }
    document.line(axis.position(1), top, axis.position(1), bottom, .init(width: 1.6, dashes: [6, 4]))
    document.line(axis.from - Self.arrowLength, bottom, axis.to + Self.arrowLength, bottom, .init(width: 1.4))
  }

  /// Draws what is known of a speed-up at a height.
  ///
  /// - Parameters:
  ///   - speedUp: the speed-up; nothing is drawn of one that is not known.
  ///   - document: the picture.
  ///   - y: the height.
  ///   - color: of line and dot.
  ///   - isHollow: whether the dot is a ring.
  func draw(_ speedUp: SpeedUp, in document: inout SVGDocument, y: Double, color: String, isHollow: Bool = false) {
    guard let ratio = speedUp.ratio else { return }
    let stroke = SVGDocument.Stroke(color: color, width: 3)
    if let interval = ratio.interval {
      document.line(place(interval.lowerBound), y, place(interval.upperBound), y, stroke)
      // An end beyond the axis has no cap.
      for end in [interval.lowerBound, interval.upperBound] where axis.domain.contains(end) {
        document.line(place(end), y - 7, place(end), y + 7, .init(color: color, width: 2))
      }
    }
    switch ratio.bound {
    case .atLeast(let limit):
      drawArrow(in: &document, from: limit, over: ratio.value, direction: 1, y: y, stroke)
    case .atMost(let limit):
      drawArrow(in: &document, from: limit, over: ratio.value, direction: -1, y: y, stroke)
    case nil: break
    }
    guard let value = ratio.value else { return }
    document.dot(place(value), y, radius: 7, fill: color)
    if isHollow { document.dot(place(value), y, radius: 4, fill: "#ffffff") }
  }

  /// An arrow from a limit over the value, where it is known, to the side on which nothing is.
  private func drawArrow(
    in document: inout SVGDocument, from limit: Double, over value: Double?, direction: Double, y: Double,
    _ stroke: SVGDocument.Stroke
  ) {
    let x = place(limit)
    let tip = place(value ?? limit) + direction * Self.arrowLength
    document.line(x, y, tip - direction * 6, y, stroke)
    document.polygon([(tip, y), (tip - direction * 13, y - 8), (tip - direction * 13, y + 8)], fill: stroke.color)
    document.line(x, y - 9, x, y + 9, stroke)
  }

  private func place(_ value: Double) -> Double {
    axis.position(min(max(value, axis.domain.lowerBound), axis.domain.upperBound))
  }
}
