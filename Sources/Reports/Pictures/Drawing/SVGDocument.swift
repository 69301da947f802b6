import Formats
import Platform

/// A picture in SVG 1.1, drawn shape by shape; lengths are pixels, y grows downwards.
struct SVGDocument {
  let width: Double
  let height: Double
  private var body: [String] = []
  private var clipCount = 0

  /// The fonts of all texts.
  private static let fonts = "Helvetica, Arial, 'DejaVu Sans', sans-serif"

  /// A white picture.
  ///
  /// - Parameters:
  ///   - width: in pixels.
  ///   - height: in pixels.
  ///   - title: what a screen reader says.
  init(width: Double, height: Double, title: String) {
    self.width = width
    self.height = height
    body.append("<title>\(title.escapedForXML)</title>")
    rectangle(x: 0, y: 0, width: width, height: height, fill: "#ffffff")
  }

  /// The file's text.
  var text: String {
    let size = "width=\"\(Self.number(width))\" height=\"\(Self.number(height))\""
    let box = "viewBox=\"0 0 \(Self.number(width)) \(Self.number(height))\""
    let head =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" \(size) \(box) font-family=\"\(Self.fonts)\" fill=\"#222222\">"
    return (["<?xml version=\"1.0\" encoding=\"UTF-8\"?>", head] + body + ["</svg>"]).joined(separator: "\n") + "\n"
  }

  /// How a line is drawn.
  struct Stroke {
    var color = "#222222"
    var width = 1.0
    /// Lengths of dashes and gaps; empty for a solid line.
    var dashes: [Double] = []
    var opacity = 1.0

    fileprivate var attributes: String {
      var text = "fill=\"none\" stroke=\"\(color)\" stroke-width=\"\(SVGDocument.number(width))\""
      if !dashes.isEmpty { text += " stroke-dasharray=\"\(dashes.map(SVGDocument.number).joined(separator: " "))\"" }
      if opacity < 1 { text += " stroke-opacity=\"\(SVGDocument.number(opacity))\"" }
      return text + " stroke-linejoin=\"round\""
    }
  }

  /// Where a text stands relative to its point.
  enum Anchor: String { case start, middle, end }

  mutating func rectangle(x: Double, y: Double, width: Double, height: Double, fill: String) {
    let place = "x=\"\(Self.number(x))\" y=\"\(Self.number(y))\""
    let size = "width=\"\(Self.number(width))\" height=\"\(Self.number(height))\""
    body.append("<rect \(place) \(size) fill=\"\(fill)\"/>")
  }

  /// A rectangle among many.
  struct Rectangle {
    var x, y, width, height: Double
  }

  /// Rectangles of one colour, as one shape without gaps of rounding between neighbours.
  mutating func rectangles(_ rectangles: [Rectangle], fill: String) {
    let path = rectangles.map { rectangle in
      let (x, y) = (Self.number(rectangle.x), Self.number(rectangle.y))
      let (width, height) = (Self.number(rectangle.width), Self.number(rectangle.height))
      return "M\(x) \(y)h\(width)v\(height)h-\(width)z"
    }
    body.append("<path d=\"\(path.joined())\" fill=\"\(fill)\" shape-rendering=\"crispEdges\"/>")
  }

  mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ stroke: Stroke) {
    polyline([(x1, y1), (x2, y2)], stroke)
  }

  /// A line through points; nothing for none, a dot for one.
  mutating func polyline(_ points: [(Double, Double)], _ stroke: Stroke) {
    if points.count == 1 { return dot(points[0].0, points[0].1, radius: 1.5 * stroke.width, fill: stroke.color) }
    guard !points.isEmpty else { return }
    let path = points.map { "\(Self.number($0.0)),\(Self.number($0.1))" }.joined(separator: " ")
    body.append("<polyline points=\"\(path)\" \(stroke.attributes)/>")
  }

  mutating func polygon(_ points: [(Double, Double)], fill: String, opacity: Double = 1) {
    let path = points.map { "\(Self.number($0.0)),\(Self.number($0.1))" }.joined(separator: " ")
    let transparency = opacity < 1 ? " fill-opacity=\"\(Self.number(opacity))\"" : ""
    body.append("<polygon points=\"\(path)\" fill=\"\(fill)\"\(transparency)/>")
  }

  mutating func dot(_ x: Double, _ y: Double, radius: Double, fill: String) {
    body.append(
      "<circle cx=\"\(Self.number(x))\" cy=\"\(Self.number(y))\" r=\"\(Self.number(radius))\" fill=\"\(fill)\"/>")
  }

  mutating func ring(_ x: Double, _ y: Double, radius: Double, _ stroke: Stroke) {
    body.append(
      "<circle cx=\"\(Self.number(x))\" cy=\"\(Self.number(y))\" r=\"\(Self.number(radius))\" \(stroke.attributes)/>")
  }

  /// Two lines that cross at a point.
  mutating func cross(_ x: Double, _ y: Double, radius: Double, _ stroke: Stroke) {
    line(x - radius, y - radius, x + radius, y + radius, stroke)
    line(x - radius, y + radius, x + radius, y - radius, stroke)
  }

  mutating func text(
    _ text: String, x: Double, y: Double, size: Double, anchor: Anchor = .start, bold: Bool = false,
    color: String? = nil, upwards: Bool = false
  ) {
    var attributes = "x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" font-size=\"\(Self.number(size))\""
    attributes += " text-anchor=\"\(anchor.rawValue)\""
    if bold { attributes += " font-weight=\"bold\"" }
    if let color { attributes += " fill=\"\(color)\"" }
    if upwards { attributes += " transform=\"rotate(-90 \(Self.number(x)) \(Self.number(y)))\"" }
    body.append("<text \(attributes)>\(text.escapedForXML)</text>")
  }

  /// Draws within a rectangle alone.
  mutating func clipped(
    x: Double, y: Double, width: Double, height: Double, _ draw: (inout SVGDocument) -> Void
  ) {
    clipCount += 1
    body.append("<clipPath id=\"clip\(clipCount)\">")
    rectangle(x: x, y: y, width: width, height: height, fill: "none")
    body.append("</clipPath>\n<g clip-path=\"url(#clip\(clipCount))\">")
    draw(&self)
    body.append("</g>")
  }

  /// A coordinate with at most two decimals.
  fileprivate static func number(_ value: Double) -> String {
    guard value.isFinite else { return "0" }
    return ((min(max(value, -1e6), 1e6) * 100).rounded() / 100).shortText
  }
}
