/// The entries that say what lines and marks mean: in lines from left to right, or one under another.
struct Legend {
  /// What an entry shows beside its text.
  enum Mark {
    /// An arm's line.
    case line(ArmStyle)
    /// Something of its own, drawn at the left end and the middle height.
    case own((inout SVGDocument, _ x: Double, _ y: Double) -> Void)
  }

  static let fontSize = 16.0
  private static let lineHeight = 26.0
  private static let markWidth = 48.0

  private let entries: [(mark: Mark, text: String)]
  /// The top left corner of each entry, from the legend's own.
  private let places: [(x: Double, y: Double)]
  /// The height of all lines.
  let height: Double

  /// A legend no wider than a width.
  init(_ entries: [(mark: Mark, text: String)], width: Double) {
    var places: [(x: Double, y: Double)] = []
    var (x, y) = (0.0, 0.0)
    for entry in entries {
      let extent = Self.markWidth + SVGDocument.width(of: entry.text, size: Self.fontSize) + 24
      if x > 0, x + extent > width { (x, y) = (0, y + Self.lineHeight) }
      places.append((x, y))
      x += extent
    }
    self.entries = entries.map {
      ($0.mark, SVGDocument.shortened($0.text, size: Self.fontSize, width: width - Self.markWidth))
    }
    self.places = places
    height = entries.isEmpty ? 0 : y + Self.lineHeight
  }

  /// Draws the entries, the top left corner at a place.
  func draw(in document: inout SVGDocument, x: Double, y: Double) {
    for (entry, place) in zip(entries, places) {
      let (x, y) = (x + place.x, y + place.y)
      switch entry.mark {
      case .line(let style):
        document.line(x, y + 9, x + 40, y + 9, .init(color: style.color, width: 3.2, dashes: style.dashes))
      case .own(let draw): draw(&document, x, y + 9)
      }
      document.text(entry.text, x: x + Self.markWidth, y: y + 14.5, size: Self.fontSize)
    }
  }
}
