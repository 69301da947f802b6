/// A matrix drawn as coloured cells: red above zero, blue below, white at zero.
struct HeatMap {
  /// What the cells show, row by row.
  private let rows: [[Double]]
  /// The value of the strongest colour.
  private let limit: Double

  /// The most rows and columns drawn; a larger matrix is thinned out evenly, which the labels of its axes do not show.
  static let maximumCellCount = 128

  /// A heat map of a matrix.
  ///
  /// - Parameters:
  ///   - rowCount: rows of the matrix.
  ///   - columnCount: columns of it.
  ///   - value: an element by row and column.
  init(rowCount: Int, columnCount: Int, value: (Int, Int) -> Double) {
    func places(_ count: Int) -> [Int] {
      let shown = min(count, Self.maximumCellCount)
      return (0..<shown).map { $0 * count / shown }
    }
    let columns = places(columnCount)
    rows = places(rowCount).map { row in columns.map { value(row, $0) } }
    limit = max(rows.joined().filter(\.isFinite).map(abs).max() ?? 0, 1e-12)
  }

  /// Draws the cells within a rectangle, the first row on top, neighbours of one colour in one piece.
  func draw(in document: inout SVGDocument, x: Double, y: Double, width: Double, height: Double) {
    guard let columnCount = rows.first?.count, columnCount > 0 else { return }
    let (cellWidth, cellHeight) = (width / Double(columnCount), height / Double(rows.count))
    var pieces: [Int: [SVGDocument.Rectangle]] = [:]
    for (r, row) in rows.enumerated() {
      var start = 0
      while start < columnCount {
        let level = level(row[start])
        let end = row[start...].firstIndex { self.level($0) != level } ?? columnCount
        pieces[level, default: []].append(
          SVGDocument.Rectangle(
            x: x + Double(start) * cellWidth, y: y + Double(r) * cellHeight, width: Double(end - start) * cellWidth,
            height: cellHeight))
        start = end
      }
    }
    for (level, rectangles) in pieces.sorted(by: { $0.key < $1.key }) {
      document.rectangles(rectangles, fill: Self.color(level))
    }
    document.polyline([(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)], .init(width: 1))
  }

  /// Draws the scale of colours, its ends labelled.
  func drawScale(in document: inout SVGDocument, x: Double, y: Double, height: Double) {
    let levels = Array(-Self.levelCount...Self.levelCount)
    let step = height / Double(levels.count)
    for (i, level) in levels.reversed().enumerated() {
      document.rectangle(
        x: x, y: y + Double(i) * step, width: 14, height: step + 0.3, fill: Self.color(level))
    }
    for (share, value) in [(0.0, limit), (0.5, 0), (1, -limit)] {
      document.text(Self.text(value), x: x + 20, y: y + share * height + 5, size: 14)
    }
  }

  private static func text(_ value: Double) -> String {
    value.formatted(decimals: abs(value) >= 10 || value == 0 ? 0 : abs(value) >= 0.1 ? 2 : 4)
  }

  /// Shades to each side of white.
  private static let levelCount = 16

  private func level(_ value: Double) -> Int {
    guard value.isFinite else { return 0 }
    return Int((min(max(value / limit, -1), 1) * Double(Self.levelCount)).rounded())
  }

  /// White for 0, towards the blue and the vermilion that colour-blind readers tell apart (Okabe & Ito 2008).
  private static func color(_ level: Int) -> String {
    let full: [Double] = level < 0 ? [0, 114, 178] : [213, 94, 0]
    let share = Double(abs(level)) / Double(levelCount)
    let parts = full.map { Int((255 + share * ($0 - 255)).rounded()) }
    return "#" + parts.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
