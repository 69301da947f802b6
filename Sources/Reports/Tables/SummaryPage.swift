import Platform

/// `summary.md`: what `summary.csv` says, for a reader.
struct SummaryPage {
  let analysis: Analysis

  private var study: Study { analysis.study }
  private var sweepsRates: Bool { study.learningRates.count > 1 }

  /// The whole file's text.
  var markdown: String {
    var parts = ["# \(study.name)"]
    if !study.description.isEmpty { parts.append(study.description) }
    let found = Finding(analysis: analysis).sentences.map { "**\($0)**" }
    parts.append(found.count > 1 ? Self.bullets(found) : found[0])
    parts.append("![Learning curves](curves.svg)\n\n![Speed-up](speedup.svg)")
    if sweepsRates { parts.append("![Loss against learning rate](rates.svg)") }
    parts += bestTables
    if sweepsRates { parts += stepTables(.sameRate, title: "Steps to a loss, all arms at one rate") }
    parts += finalLosses + gaps + models
    if !analysis.leftOutNotes.isEmpty {
      parts.append(
        "## Left out\n\nThese runs enter no mean above. One that diverged has not reached any target, so a ratio with "
          + "it is a bound.\n\n" + Self.bullets(analysis.leftOutNotes))
    }
    parts += [reading, provenance]
    return parts.joined(separator: "\n\n") + "\n"
  }

  // MARK: - Steps to a loss

  private var bestTables: [String] {
    guard !study.targetLosses.isEmpty else { return ["No target loss is set."] }
    let title = sweepsRates ? "Steps to a loss, each arm at its best rate" : "Steps to a loss"
    let notes = analysis.edgeNotes
    return stepTables(.best, title: title) + (sweepsRates ? [BestRate.rule] : [])
      + (notes.isEmpty ? [] : [Self.bullets(notes)])
  }

  private func stepTables(_ selection: Outcome.Selection, title: String) -> [String] {
    guard !study.targetLosses.isEmpty else { return [] }
    let missed = study.targetLosses.filter { analysis.outcomes(selection, target: $0).allSatisfy(\.isSilent) }
    let tables = study.targetLosses.filter { !missed.contains($0) }.flatMap { stepTable(selection, target: $0) }
    let texts = missed.map(\.shortText).joined(separator: ", ")
    return ["## \(title)"] + tables + (missed.isEmpty ? [] : ["No seed reached a held-out loss of \(texts) nats."])
  }

  private func stepTable(_ selection: Outcome.Selection, target: Double) -> [String] {
    let title = "Held-out loss of \(target.shortText) nats"
    let rows = analysis.outcomes(selection, target: target)
    if let untrained = analysis.untrainedTargets.first(where: { $0.loss == target }),
      untrained.count == untrained.runCount
    {
      return ["\(title) is no target: every run is there before its first step."]
    }
    var table = TextTable(
      ["arm", "rate", "seeds that reached it", "steps", "tokens", "time", "FLOPs", "speed-up (95% interval)"])
    for row in rows where !row.isSilent { table.append(row.cells(baseline: study.baseline)) }
    let silent = SilentRows(study: study, rows: rows.filter(\.isSilent)).sentence
    return ["\(title):", table.markdown] + (silent.map { [$0] } ?? [])
  }

  // MARK: - The end

  private var finalLosses: [String] {
    var table = TextTable(["arm", "rate", "seeds", "mean ± standard deviation", "lowest", "highest"])
    for row in analysis.outcomes(.sameRate, target: study.targetLosses.first) {
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
    let rates = sweepsRates ? " Each arm is taken at its best learning rate." : ""
    return [
      "## Early speed, final quality",
      "The mean held-out loss of each arm is compared with \(study.baseline)'s, over training and at the end. Runs of "
        + "one seed are a pair.\(rates)",
      Self.bullets(analysis.gaps.map { $0.sentence(baseline: study.baseline) }),
    ]
  }

  private var models: [String] {
    var table = TextTable(["arm", "position", "parameters", "training FLOPs a token"], words: [0, 1])
    for arm in study.arms {
      table.append([
        arm.name, arm.position, arm.parameterCount.map(String.init) ?? "–", arm.flopsPerToken.countText,
      ])
    }
    return ["## Models", table.markdown]
  }

  // MARK: - Where numbers come from

  private var reading: String {
    """
    ## How to read this

    A run reaches a loss at its first validation at that loss or below. The steps are interpolated between this \
    validation and the one before it; tokens and time likewise. FLOPs are tokens times the formula's. The means of \
    these are geometric, over the runs. They are given only where every seed reached the target.

    The speed-up is \(study.baseline)'s steps over the arm's, seed by seed. It is a geometric mean, and its interval is \
    Student's t on the logarithms. An interval is never narrower than the steps between validations allow; "coarse \
    validations" says that these steps make up more than half of it. Where a target is reached before the second \
    validation, all that is known is that it lies before.

    "≥" and "≤" are bounds, not estimates: some run did not reach the target, or diverged, or was there before its \
    second validation. The budget, or that validation, stands in for the steps of such a run. The number is the \
    one-sided 95% limit of Student's t on the logarithms of these bounds. It is cautious, as each bound is. With one \
    seed it is that seed's bound, and nothing is known of others. Nothing is extrapolated.
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

  private static func bullets(_ lines: [String]) -> String { lines.map { "- \($0)" }.joined(separator: "\n") }
}
