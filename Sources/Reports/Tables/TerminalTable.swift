import Platform

/// What `summary.csv` says, for a terminal: one table of all targets, each arm at its best learning rate, and notes.
struct TerminalTable {
  let analysis: Analysis

  private var study: Study { analysis.study }

  /// The table and the notes under it.
  var text: String {
    var table = TextTable(
      [
        "target", "arm", "rate", "reached", "steps", "tokens", "time", "FLOPs", "speed-up (95% interval)", "final loss",
      ],
      words: [1, 8])
    let targets = study.targetLosses.isEmpty ? [nil] : study.targetLosses.map(Optional.some)
    for target in targets {
      for row in analysis.outcomes(.best, target: target) where !row.isSilent {
        table.append([target?.shortText ?? "–"] + row.cells(baseline: study.baseline) + [row.finalValueText])
      }
    }
    // An arm's targets that it never reached are one row.
    for arm in study.arms {
      let silent = analysis.outcomes.filter { $0.selection == .best && $0.arm.name == arm.name && $0.isSilent }
      guard let row = silent.first else { continue }
      let shown = silent.compactMap { $0.target?.shortText }.joined(separator: ", ")
      table.append([shown] + row.cells(baseline: study.baseline) + [row.finalValueText])
    }
    return ((table.rows.isEmpty ? [] : [table.plain]) + notes.map { "Note: \($0)" }).joined(separator: "\n")
  }

  private var notes: [String] {
    let left = analysis.leftOutNotes
    let count =
      left.isEmpty
      ? [] : ["\(left.count) of \(analysis.runs.count.counted("run")) \(left.count == 1 ? "enters" : "enter") no mean:"]
    let rule = study.learningRates.count > 1 && !analysis.bestRates.isEmpty ? [BestRate.shortRule] : []
    return rule + analysis.edgeNotes + count + left.prefix(3) + (left.count > 3 ? ["and more: see summary.md"] : [])
  }
}

extension Outcome {
  /// What a table of steps says of it: arm, rate, seeds that reached the target, steps, tokens, time, FLOPs, speed-up.
  func cells(baseline: String) -> [String] {
    [
      arm.name, learningRate.shortText, reachedText, stepsText, tokens?.countText ?? "–", seconds?.durationText ?? "–",
      flops?.countText ?? "–", speedUpText(baseline: baseline),
    ]
  }
}
