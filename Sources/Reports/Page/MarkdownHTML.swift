import Formats

/// The Markdown of `summary.md` as HTML: one text in two forms, so that the page never says anything else.
///
/// It knows what `SummaryPage` writes and no more: headings, paragraphs, lists of one level, tables, bold words and
/// `code`. Pictures are passed over. Everything is escaped first, so a description cannot bring its own HTML along.
struct MarkdownHTML {
  /// The text's elements, a line each.
  let html: String

  init(_ markdown: String) {
    var blocks: [[Substring]] = [[]]
    for line in markdown.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.isEmpty { blocks.append([]) } else { blocks[blocks.count - 1].append(line) }
    }
    var elements: [String] = []
    // A table is called what the text before it says.
    var title: Substring = "table"
    for block in blocks {
      if let element = Self.element(block, title: title) { elements.append(element) }
      if let line = block.last, !line.hasPrefix("|") { title = line.drop { "# ".contains($0) } }
    }
    html = elements.joined(separator: "\n")
  }

  // MARK: - Blocks

  /// The element that lines without a blank one between them make; `nil` of a picture and of no lines.
  private static func element(_ lines: [Substring], title: Substring) -> String? {
    guard let first = lines.first, !first.hasPrefix("![") else { return nil }
    let marks = first.prefix { $0 == "#" }.count
    if (1...6).contains(marks), lines.count == 1, first.dropFirst(marks).hasPrefix(" ") {
      return "<h\(marks)>\(inline(first.dropFirst(marks + 1)))</h\(marks)>"
    }
    if lines.allSatisfy({ $0.hasPrefix("- ") }) {
      return "<ul>\n" + lines.map { "<li>\(inline($0.dropFirst(2)))</li>\n" }.joined() + "</ul>"
    }
    if lines.count >= 2, lines.allSatisfy({ $0.hasPrefix("| ") && $0.hasSuffix(" |") }) {
      return table(lines, title: title)
    }
    return "<p>\(inline(lines.joined(separator: "\n")[...]))</p>"
  }

  /// A table in a box of its own, which scrolls where the window is too narrow.
  private static func table(_ lines: [Substring], title: Substring) -> String {
    let rows = withSpeedUpsEarly(lines.map(cells))
    let isNumber = rows[1].map { $0.hasSuffix(":") }
    let firstOfOthers = rows[0].lastIndex(where: isOfSpeedUp).map { $0 + 1 } ?? 0
    func attribute(_ column: Int) -> String {
      let isNumber = column < isNumber.count && isNumber[column]
      let isSpeedUp = column > 0 && column == firstOfOthers - 1
      let names =
        (isNumber ? ["number"] : []) + (column < firstOfOthers ? ["early"] : []) + (isSpeedUp ? ["speed-up"] : [])
      return names.isEmpty ? "" : " class=\"\(names.joined(separator: " "))\""
    }
    let head = rows[0].enumerated().map { "<th scope=\"col\"\(attribute($0))>\(inline($1))</th>" }.joined()
    let body = rows.dropFirst(2).map { row in
      let cells = row.enumerated().map { column, text -> String in
        let (element, scope) = column == 0 ? ("th", " scope=\"row\"") : ("td", "")
        return "<\(element)\(scope)\(attribute(column))>\(inline(text))</\(element)>"
      }
      return "<tr>\(cells.joined())</tr>\n"
    }
    return """
      <div class="scroll" role="region" aria-label="\(String(title).escapedForXML)" tabindex="0"><table>
      <thead><tr>\(head)</tr></thead>
      <tbody>
      \(body.joined())</tbody></table></div>
      """
  }

  /// Whether a column has the speed-up, or over what it is.
  private static func isOfSpeedUp(_ title: Substring) -> Bool { title == "over" || title.hasPrefix("speed-up") }

  /// The rows with the speed-up and its baseline right behind the first column, so that they are seen in a narrow window
  /// before the table is scrolled.
  private static func withSpeedUpsEarly(_ rows: [[Substring]]) -> [[Substring]] {
    let columns = rows[0].indices.dropFirst()
    let order = [0] + columns.filter { isOfSpeedUp(rows[0][$0]) } + columns.filter { !isOfSpeedUp(rows[0][$0]) }
    return rows.map { row in row.count == order.count ? order.map { row[$0] } : row }
  }

  private static func cells(_ line: Substring) -> [Substring] {
    var cells: [Substring] = []
    var rest = line.dropFirst(2).dropLast(2)
    while let bar = rest.firstRange(of: " | ") {
      cells.append(rest[..<bar.lowerBound])
      rest = rest[bar.upperBound...]
    }
    return cells + [rest]
  }

  // MARK: - Words

  /// A line's text with its bold words and its code.
  static func inline(_ text: Substring) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).escapedForXML }
    return enclosed(enclosed(lines.joined(separator: "<br>\n"), between: "**", "strong"), between: "`", "code")
  }

  /// Puts what stands between each pair of marks into an element; a mark that is left alone stays as it is.
  private static func enclosed(_ text: String, between mark: String, _ element: String) -> String {
    var result = ""
    var rest = text[...]
    while let open = rest.firstRange(of: mark), let close = rest[open.upperBound...].firstRange(of: mark) {
      result += rest[..<open.lowerBound] + "<\(element)>" + rest[open.upperBound..<close.lowerBound] + "</\(element)>"
      rest = rest[close.upperBound...]
    }
    return result + rest
  }
}
