extension SVGDocument {
  /// The width that a text of a size takes in pixels, estimated on the generous side: nobody knows the reader's font.
  static func width(of text: String, size: Double) -> Double {
    size * text.reduce(0) { $0 + share(of: $1) }
  }

  /// A text cut so that it takes no more than a width.
  static func shortened(_ text: String, size: Double, width: Double) -> String {
    guard Self.width(of: text, size: size) > width else { return text }
    var shown = text
    while shown.count > 1, Self.width(of: shown + "…", size: size) > width { shown.removeLast() }
    return shown + "…"
  }

  /// A character's width as a share of the font's size, as wide as in Helvetica or somewhat wider.
  private static func share(of character: Character) -> Double {
    switch character {
    case "i", "j", "l", "I", ".", ",", ":", ";", "'", "|", "!": 0.3
    case "f", "t", "r", " ", "(", ")", "-", "/": 0.38
    case "m", "w", "M", "W", "%", "—", "…": 0.95
    case "A"..."Z": 0.74
    default: character.isASCII ? 0.6 : 0.75
    }
  }
}
