import Platform

/// What `summary.csv` says, for a terminal: one table of all targets, each arm at its best learning rate, and notes.
struct TerminalTable {
  let analysis: Analysis

  private var study: Study { analysis.study }

  /// The table and the notes under it.
  var text: String {
    let speedUps = study.speedUpColumns
    var table = TextTable(
      ["target", "arm", "rate", "reached", "steps", "tokens", "time", "FLOPs"] + speedUps + ["final loss"],
      words: Set([1] + speedUps.indices.map { 8 + $0 }))
    let lacksTargets = study.arms.contains { study.targetLosses(of: $0).isEmpty }
    let targets = (lacksTargets ? [nil] : []) + study.targetLosses.map(Optional.some)
    for target in targets {
      for row in analysis.outcomes(.best, target: target) where !row.isSilent {
        table.append([target?.shortText ?? "–"] + row.cells(in: study) + [row.finalValueText])
      }
    }
    // An arm's targets that it never reached are one row.
    for compared in study.comparisons {
      let silent = analysis.outcomes.filter { row in
        row.selection == .best && row.arm.name == compared.arm.name && row.baseline == compared.baseline && row.isSilent
      }
      guard let row = silent.first else { continue }
      let shown = silent.compactMap { $0.target?.shortText }.joined(separator: ", ")
      table.append([shown] + row.cells(in: study) + [row.finalValueText])
    }
    return ((table.rows.isEmpty ? [] : [table.plain]) + notes.map { "Note: \($0)" }).joined(separator: "\n")
  }

  private var notes: [String] {
    let left = analysis.leftOutNotes
    let count =
      left.isEmpty
      ? [] : ["\(left.count) of \(analysis.runs.count.counted("run")) \(left.count == 1 ? "enters" : "enter") no mean:"]
    let references = analysis.bagsOfWords.map { group in
      let arms = analysis.bagsOfWords.count > 1 ? " for \(group.arms.joined(separator: ", "))" : ""
      return "A bag of words\(arms): \(group.referenceText)."
    }
    return references + study.notes + analysis.heldOutNotes + analysis.rateRules + analysis.edgeNotes
      + analysis.stopNotes + count
      + left.prefix(3)
      + (left.count > 3 ? ["and more: see summary.md"] : [])
  }
}
