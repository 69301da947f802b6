import Foundation
import Platform

/// What `summary.csv` says, for a reader: in Markdown, and shorter for a terminal.
struct Summary {
  let analysis: Analysis

  private var study: Study { analysis.study }
  private var targets: [Double] { study.targetLosses }
  private var sweepsRates: Bool { study.learningRates.count > 1 }

  // MARK: - Terminal

  /// One table of all targets, each arm at its best learning rate.
  var terminal: String {
    var table = TextTable(
      [
        "target", "arm", "rate", "reached", "steps", "tokens", "time", "FLOPs", "speed-up (95% interval)", "final loss",
      ],
      words: [1, 8])
    for target in targets.isEmpty ? [nil] : targets.map(Optional.some) {
      for row in analysis.outcomes(.best, target: target) {
        table.append([target?.shortText ?? "–"] + cells(row) + [row.finalValueText])
      }
    }
    let left = leftOutNotes
    let count =
      left.isEmpty
      ? [] : ["\(left.count) of \(analysis.runs.count.counted("run")) \(left.count == 1 ? "enters" : "enter") no mean:"]
    let notes = edgeNotes + count + left.prefix(3) + (left.count > 3 ? ["and more: see summary.md"] : [])
    return ((table.rows.isEmpty ? [] : [table.plain]) + notes.map { "Note: \($0)" }).joined(separator: "\n")
  }

  private func cells(_ row: Outcome) -> [String] {
    [
      row.arm.name, row.learningRate.shortText, row.reachedText, row.stepsText, row.tokens?.countText ?? "–",
      row.seconds?.durationText ?? "–", row.flops?.countText ?? "–",
      row.speedUpText(baseline: study.baseline),
    ]
  }

  // MARK: - Markdown

  /// The whole of `summary.md`.
  var markdown: String {
    var parts = ["# \(study.name)"]
    if !study.description.isEmpty { parts.append(study.description) }
    parts.append("**\(Finding(analysis: analysis).sentence)**")
    parts.append("![Learning curves](curves.svg)\n\n![Speed-up](speedup.svg)")
    parts += stepTables(.best, title: sweepsRates ? "Steps to a loss, each arm at its best rate" : "Steps to a loss")
    if sweepsRates { parts += stepTables(.sameRate, title: "Steps to a loss, all arms at one rate") }
    parts += finalValues + gaps + models
    if !leftOutNotes.isEmpty {
      parts.append(
        "## Left out\n\nThese runs enter no mean above. One that diverged has not reached any target, so a ratio with "
          + "it is a bound.\n\n" + Self.bullets(leftOutNotes))
    }
    parts += [reading, provenance]
    return parts.joined(separator: "\n\n") + "\n"
  }

  private func stepTables(_ selection: Outcome.Selection, title: String) -> [String] {
    guard !targets.isEmpty else { return selection == .best ? ["No target loss is set."] : [] }
    var parts = ["## \(title)"]
    for target in targets {
      parts.append("Held-out loss of \(target.shortText) nats:")
      var table = TextTable(
        ["arm", "rate", "seeds that reached it", "steps", "tokens", "time", "FLOPs", "speed-up (95% interval)"])
      for row in analysis.outcomes(selection, target: target) { table.append(cells(row)) }
      parts.append(table.markdown)
    }
    if selection == .best, !edgeNotes.isEmpty { parts.append(Self.bullets(edgeNotes)) }
    return parts
  }

  private var finalValues: [String] {
    var table = TextTable(["arm", "rate", "seeds", "mean ± standard deviation", "lowest", "highest"])
    let target = targets.first
    for row in analysis.outcomes(.sameRate, target: target) {
      let losses = row.finalValues
      table.append([
        row.arm.name, row.learningRate.shortText, String(losses.count), row.finalValueText,
        losses.min()?.formatted(decimals: 3) ?? "–", losses.max()?.formatted(decimals: 3) ?? "–",
      ])
    }
    return ["## Held-out loss at the end, in nats per masked token", table.markdown]
  }

  private var gaps: [String] {
    guard !analysis.gaps.isEmpty else { return [] }
    let baseline = study.baseline
    let lines = analysis.gaps.map { gap in
      let interval = gap.final.interval.map {
        " (95% interval \($0.lowerBound.formatted(decimals: 3)) to \($0.upperBound.formatted(decimals: 3)))"
      }
      let verdict =
        switch gap.verdict {
        case .unjudged: "with one pair of runs, chance and effect cannot be told apart"
        case .closed: "the gap closes within the noise of the seeds: what there is, is acceleration, not quality"
        case .uncertain: "with these seeds the end cannot be told apart from no difference"
        case .armBetter: "the gap stays open: within this budget it is quality too, not acceleration alone"
        case .baselineBetter: "\(baseline) ends lower"
        }
      return "\(gap.arm) was at most \(gap.largest.formatted(decimals: 3)) nats below \(baseline) (at step "
        + "\(gap.largestStep)) and ends \(gap.final.value.formatted(decimals: 3)) nats below it"
        + "\(interval ?? ""): \(verdict)."
    }
    return [
      "## Early speed, final quality",
      "Mean held-out loss of \(baseline) less that of the arm, seeds paired, each at its best rate; a negative number "
        + "means above.", Self.bullets(lines),
    ]
  }

  private var models: [String] {
    var table = TextTable(["arm", "position", "parameters", "training FLOPs a token"], words: [0, 1])
    for arm in study.arms {
      table.append([
        arm.name, arm.position, arm.parameterCount.map(String.init) ?? "–",
        arm.flopsPerToken.countText,
      ])
    }
    return ["## Models", table.markdown]
  }

  private var reading: String {
    """
    ## How to read this

    Steps to a loss are interpolated between the two validations around the first crossing; tokens and time likewise, \
    FLOPs are tokens times the formula's. Means of these are geometric, over the runs. The speed-up is \
    \(study.baseline)'s steps over the arm's, the geometric mean over seeds run in pairs; its interval is \
    Student's t on the logarithms. A mean is given only where every seed reached the target. "≥" and "≤" are bounds, \
    not estimates: where a run did not reach the target, or diverged, its whole budget stands in for its steps. \
    Nothing is extrapolated.
    """
  }

  private var provenance: String {
    let origin = study.origin
    return """
      ## Where the numbers come from

      roformer \(origin.programVersion), built for \(origin.buildTarget). Corpus \(origin.corpus), SHA-256 \
      \(origin.corpusSHA256). A vocabulary of \(origin.vocabularySize) tokens, SHA-256 \
      \(origin.vocabularySHA256).
      """
  }

  // MARK: - Notes

  private var edgeNotes: [String] {
    study.arms.compactMap { arm in
      guard let best = analysis.bestRates[arm.name], best.isAtEdge else { return nil }
      return "\(arm.name)'s best learning rate, \(best.rate.shortText), lies at the edge of the sweep: "
        + "a better one may lie beyond."
    }
  }

  private var leftOutNotes: [String] {
    analysis.leftOut.compactMap { run in
      switch run.state {
      case .finished: nil
      case .diverged(let step): "\(run.cell.name) diverged: a loss left the finite numbers by step \(step)."
      case .unfinished(let steps):
        "\(run.cell.name) is not finished: \(steps) of \(run.cell.arm.steps.counted("step"))."
      }
    }
  }

  private static func bullets(_ lines: [String]) -> String { lines.map { "- \($0)" }.joined(separator: "\n") }
}
