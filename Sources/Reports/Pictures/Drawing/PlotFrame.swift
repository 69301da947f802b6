import Platform

/// The rectangle that a plot fills, with its two axes: grid, ticks, and titles where they are wanted.
struct PlotFrame {
  /// The rectangle in pixels, y downwards.
  let x, y, width, height: Double
  /// The axis from left to right.
  let across: Axis
  /// The axis upwards.
  let up: Axis

  static let tickSize = 16.0

  /// A frame whose axes show two ranges.
  init(
    x: Double, y: Double, width: Double, height: Double, across: (low: Double, high: Double),
    up: (low: Double, high: Double), isLogarithmicAcross: Bool = false
  ) {
    (self.x, self.y, self.width, self.height) = (x, y, width, height)
    self.across = Axis(
      low: across.low, high: across.high, from: x, to: x + width, isLogarithmic: isLogarithmicAcross)
    self.up = Axis(low: up.low, high: up.high, from: y + height, to: y)
  }

  /// The pixel of a point.
  func place(_ value: (Double, Double)) -> (Double, Double) { (across.position(value.0), up.position(value.1)) }

  /// Lines at round heights, their numbers to the left if they are wanted.
  func drawGrid(in document: inout SVGDocument, isLabelled: Bool = true) {
    for tick in up.ticks(atMost: height > 400 ? 8 : 6) {
      let level = up.position(tick)
      document.line(x, level, x + width, level, .init(color: "#e4e4e4"))
      if isLabelled { document.text(tick.shortText, x: x - 10, y: level + 5.5, size: Self.tickSize, anchor: .end) }
    }
  }

  /// The marks and numbers under the plot: round ones, or those given, as many of them as have room.
  func drawTicks(
    _ given: [Double]? = nil, in document: inout SVGDocument, label: (Double) -> String = { $0.shortText }
  ) {
    func extent(_ tick: Double) -> Double { SVGDocument.width(of: label(tick), size: Self.tickSize) }
    let ticks = given ?? across.ticks(atMost: width > 600 ? 8 : 5, extent: extent)
    let labelled = given.map { across.apart($0, extent: extent) } ?? ticks
    for tick in ticks {
      let place = across.position(tick)
      document.line(place, y + height, place, y + height + 6, .init())
      guard labelled.contains(tick) else { continue }
      document.text(label(tick), x: place, y: y + height + 24, size: Self.tickSize, anchor: .middle)
    }
  }

  /// The lines to the left and below, over what was drawn.
  func drawEdges(in document: inout SVGDocument) {
    document.polyline([(x, y), (x, y + height), (x + width, y + height)], .init(width: 1.4))
  }

  /// Draws within the frame alone.
  func clipped(in document: inout SVGDocument, _ draw: (inout SVGDocument) -> Void) {
    document.clipped(x: x, y: y, width: width, height: height, draw)
  }
}
