import Platform

/// The speed-ups at every pair of learning rates, in Markdown: a table a comparison.
enum SensitivityTable {
  /// The tables, each with a line above that names its arms.
  static func tables(_ analysis: Analysis) -> [String] {
    let hasSeveralTargets = Set(analysis.sensitivity.map(\.target)).count > 1
    return analysis.study.comparisons.flatMap { compared -> [String] in
      let rows = analysis.sensitivity.filter { $0.arm == compared.arm.name && $0.baseline == compared.baseline }
      guard let first = rows.first, rows.contains(where: { $0.speedUp.ratio != nil }) else { return [] }
      let columns = rows.filter { $0.armRate == first.armRate }.map(\.baselineRate)
      func title(_ rate: Double, of arm: String) -> String {
        analysis.bestRate(of: arm) == rate ? "**\(rate.shortText)**" : rate.shortText
      }
      var table = TextTable(
        ["\(first.arm) at"] + columns.map { "\(first.baseline) at \(title($0, of: first.baseline))" })
      for (start, row) in rows.enumerated().filter({ $0.offset.isMultiple(of: columns.count) }) {
        let cells = rows[start..<start + columns.count].map(\.speedUp.shortText)
        table.append([title(row.armRate, of: row.arm)] + cells)
      }
      let target = hasSeveralTargets ? ", to \(first.target.shortText) nats" : ""
      return ["\(first.arm) over \(first.baseline)\(target):", table.markdown]
    }
  }
}
