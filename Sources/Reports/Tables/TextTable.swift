/// A table of texts, for a terminal or for Markdown.
package struct TextTable {
  /// The titles of the columns.
  let columns: [String]
  /// The lines, each with as many texts as there are columns.
  private(set) var rows: [[String]] = []
  /// The columns that hold words; all others hold numbers and stand to the right.
  let wordColumns: Set<Int>

  /// A table without lines.
  package init(_ columns: [String], words: Set<Int> = [0]) {
    self.columns = columns
    wordColumns = words
  }

  /// Adds a line.
  package mutating func append(_ row: [String]) {
    precondition(row.count == columns.count, "TextTable: \(row.count) texts for \(columns.count) columns")
    rows.append(row)
  }

  /// Columns aligned with spaces, a rule under the titles.
  package var plain: String {
    let widths = columns.indices.map { i in ([columns] + rows).map { $0[i].count }.max() ?? 0 }
    let rule = widths.map { String(repeating: "-", count: $0) }
    return ([columns, rule] + rows).map { row in
      row.enumerated().map { i, text in
        let padding = String(repeating: " ", count: widths[i] - text.count)
        return wordColumns.contains(i) ? text + padding : padding + text
      }.joined(separator: "  ").trimmingTrailingSpaces
    }.joined(separator: "\n")
  }

  /// A table in Markdown.
  var markdown: String {
    let rule = columns.indices.map { wordColumns.contains($0) ? "---" : "---:" }
    return ([columns, rule] + rows).map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
  }
}

extension String {
  fileprivate var trimmingTrailingSpaces: String {
    var text = self[...]
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
