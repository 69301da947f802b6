import Platform

/// `comparison.md`: the speed-ups of several experiments for a reader, a table a baseline.
struct ComparisonPage {
  let comparison: Comparison

  /// The whole file's text.
  var markdown: String {
    let groups = Comparison.groups(comparison.rows)
    let tables = groups.isEmpty ? ["Nothing to compare yet."] : groups.flatMap(table)
    return (["# Several experiments", "![Speed-ups](comparison.svg)"] + tables + [reading]).joined(separator: "\n\n")
      + "\n"
  }

  /// The tables for a terminal.
  var plain: String {
    let groups = Comparison.groups(comparison.rows)
    guard !groups.isEmpty else { return "Nothing to compare yet." }
    return groups.map { baseline, rows in
      ["Over \(baseline):", textTable(rows).plain].joined(separator: "\n")
    }.joined(separator: "\n\n")
  }

  private func textTable(_ rows: [Comparison.Row]) -> TextTable {
    var table = TextTable(
      ["experiment", "arm", "held-out loss", "rate", "baseline's rate", "pairs", "speed-up (95% interval)"],
      words: [0, 1, 6])
    for row in rows {
      let outcome = row.outcome
      table.append([
        row.entry.label, outcome.arm.name + (row.isWithinFamily ? " *" : ""), outcome.target?.shortText ?? "–",
        outcome.learningRate.shortText, outcome.baselineLearningRate?.shortText ?? "–", String(outcome.pairCount),
        outcome.speedUpText,
      ])
    }
    return table
  }

  private func table(_ baseline: String, _ rows: [Comparison.Row]) -> [String] {
    let mark =
      rows.contains(where: \.isWithinFamily)
      ? ["\\* Arm and \(baseline) have positions of one kind: as with a sham arm, the distance from 1× may be chance."]
      : []
    return ["## Over \(baseline)", textTable(rows).markdown] + mark
  }

  private var reading: String {
    """
    ## How to read this

    A speed-up is how many times fewer steps an arm needs than the baseline to a held-out loss, each at its own learning \
    rate. Each experiment stands alone: nothing is pooled. Where a run's steps are known from one side only, a limit of the \
    median ratio with its own confidence stands in the place of the mean and its 95% interval. Each experiment's \
    `summary.md` says more.
    """
  }
}
