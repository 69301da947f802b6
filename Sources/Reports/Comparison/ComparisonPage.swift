import Platform

/// `comparison.md`: the speed-ups of several experiments for a reader, a table a family of baselines.
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
    return groups.map { "Over \($0.baselines):\n\(textTable($0.rows).plain)" }.joined(separator: "\n\n")
  }

  private func textTable(_ rows: [Comparison.Row]) -> TextTable {
    var table = TextTable(
      [
        "experiment", "corpus", "parameters", "arm", "over", "held-out loss", "rate", "baseline's rate", "pairs",
        "speed-up (95% interval)",
      ], words: [0, 1, 3, 4, 9])
    for row in rows {
      let outcome = row.outcome
      table.append([
        row.entry.label, row.corpus, outcome.arm.parameterCount.map { Double($0).countText } ?? "–",
        outcome.arm.name + (row.isWithinFamily ? " *" : ""), outcome.baseline, outcome.target?.shortText ?? "–",
        outcome.learningRate.shortText, outcome.baselineLearningRate?.shortText ?? "–", String(outcome.pairCount),
        outcome.speedUpText,
      ])
    }
    return table
  }

  private func table(_ group: Comparison.Group) -> [String] {
    let mark =
      group.rows.contains(where: \.isWithinFamily)
      ? ["\\* Both have \(group.baselines): as with a sham arm, the distance from 1× may be chance."]
      : []
    return ["## Over \(group.baselines)", textTable(group.rows).markdown] + mark
  }

  private var reading: String {
    """
    ## How to read this

    A speed-up is how many times fewer steps an arm needs than the baseline to a held-out loss, each at its own learning \
    rate. Each experiment stands alone: nothing is pooled. A table has the experiments whose baselines have positions of \
    one family; "over" says which arm the baseline was. Parameters are the arm's. Where a run's steps are known from one \
    side only, a limit of the median ratio with its own confidence stands in the place of the mean and its 95% interval. \
    Each experiment's `summary.md` says more.
    """
  }
}
