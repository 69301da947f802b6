import Platform

/// What position encodings do, drawn.
public enum PositionPictures {
  // MARK: - Vectors

  /// Vectors that an encoding adds: a row a position, a column a dimension.
  ///
  /// - Parameters:
  ///   - table: the vectors.
  ///   - title: what stands above.
  /// - Returns: SVG.
  public static func vectors(_ table: PositionTable, title: String) -> String {
    let (positionCount, size) = (table.positionCount, table.size)
    var document = SVGDocument(width: 760, height: 560, title: title)
    document.text(title, x: 24, y: 40, size: 24, bold: true)
    let map = HeatMap(rowCount: positionCount, columnCount: size) { table[$0, $1] }
    panel(
      map, across: ("dimension", size), down: ("position", positionCount), in: &document, x: 90, y: 70, width: 560,
      height: 420)
    return document.text
  }

  // MARK: - Decay

  /// How far encodings let queries and keys agree as their distance grows.
  ///
  /// Source: Su et al. 2021, figure 2.
  ///
  /// - Parameters:
  ///   - curves: what the legend calls each encoding, and the upper bound of the agreement at the distances 0, 1, 2, … in
  ///     tokens.
  ///   - title: what stands above.
  /// - Returns: SVG.
  public static func decay(_ curves: [(label: String, values: [Double])], title: String) -> String {
    let styles = curves.indices.map(ArmStyle.look)
    let legend = Legend(zip(curves, styles).map { (.line($1), $0.label) }, width: 712)
    var document = SVGDocument(width: 760, height: 500 + legend.height, title: title)
    document.text(title, x: 24, y: 40, size: 24, bold: true)
    legend.draw(in: &document, x: 24, y: 62)
    let distance = max(1, curves.map(\.values.count).max() ?? 0) - 1
    let highest = curves.flatMap(\.values).max() ?? 1
    let frame = PlotFrame(
      x: 90, y: 70 + legend.height, width: 620, height: 340, across: (0, Double(distance)), up: (0, 1.05 * highest))
    frame.drawGrid(in: &document)
    frame.drawTicks(in: &document)
    for (curve, style) in zip(curves, styles) {
      document.polyline(
        curve.values.enumerated().map { frame.place((Double($0.offset), $0.element)) },
        .init(color: style.color, width: 2.2, dashes: style.dashes))
    }
    frame.drawEdges(in: &document)
    let (x, y, width, height) = (frame.x, frame.y, frame.width, frame.height)
    document.text("distance in tokens", x: x + width / 2, y: y + height + 50, size: 17, anchor: .middle)
    document.text(
      "upper bound, mean |S| over pairs", x: x - 58, y: y + height / 2, size: 17, anchor: .middle, upwards: true)
    return document.text
  }

  // MARK: - Similarities

  /// Vectors that an encoding adds, and the cosine of the angle between every two of them.
  ///
  /// - Parameters:
  ///   - table: the vectors.
  ///   - title: what stands above.
  /// - Returns: SVG.
  public static func similarities(_ table: PositionTable, title: String) -> String {
    let (count, size) = (table.positionCount, table.size)
    func product(_ a: Int, _ b: Int) -> Double { (0..<size).reduce(0) { $0 + table[a, $1] * table[b, $1] } }
    let norms = (0..<count).map { product($0, $0).squareRoot() }
    var document = SVGDocument(width: 1180, height: 560, title: title)
    document.text(
      SVGDocument.shortened(title, size: 24, width: 1130), x: 24, y: 40, size: 24, bold: true)
    panel(
      HeatMap(rowCount: count, columnCount: size) { table[$0, $1] }, across: ("dimension", size),
      down: ("position", count), in: &document, x: 90, y: 70, width: 400, height: 420)
    let similarity = HeatMap(rowCount: count, columnCount: count) { a, b in
      norms[a] * norms[b] > 0 ? product(a, b) / (norms[a] * norms[b]) : 0
    }
    panel(
      similarity, across: ("position (cosine of the angle between)", count), down: ("position", count), in: &document,
      x: 680, y: 70, width: 400, height: 420)
    return document.text
  }

  // MARK: - Panels

  /// A heat map with its axes and its scale.
  private static func panel(
    _ map: HeatMap, across: (name: String, count: Int), down: (name: String, count: Int),
    in document: inout SVGDocument, x: Double, y: Double, width: Double, height: Double
  ) {
    map.draw(in: &document, x: x, y: y, width: width, height: height)
    map.drawScale(in: &document, x: x + width + 18, y: y, height: height)
    let horizontal = Axis(low: 0, high: Double(across.count), from: x, to: x + width)
    for tick in horizontal.ticks(atMost: 6) {
      document.text(tick.shortText, x: horizontal.position(tick), y: y + height + 22, size: 15, anchor: .middle)
    }
    let vertical = Axis(low: 0, high: Double(down.count), from: y, to: y + height)
    for tick in vertical.ticks(atMost: 8) {
      document.text(tick.shortText, x: x - 8, y: vertical.position(tick) + 5, size: 15, anchor: .end)
    }
    document.text(across.name, x: x + width / 2, y: y + height + 48, size: 17, anchor: .middle)
    document.text(down.name, x: x - 54, y: y + height / 2, size: 17, anchor: .middle, upwards: true)
  }
}
