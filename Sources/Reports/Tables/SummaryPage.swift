import Platform

/// `summary.md`: what `summary.csv` says, for a reader.
struct SummaryPage {
  let analysis: Analysis
  /// The section about what probes saw.
  var probes: [String] = []
  /// The sections about other stages of the experiment.
  var stages: [String] = []

  private var study: Study { analysis.study }
  private var sweepsRates: Bool { study.sweepsRates }

  /// The whole file's text.
  var markdown: String {
    var parts = ["# \(study.name)"]
    if !study.description.isEmpty { parts.append(study.description) }
    parts += stage
    let found = Finding(analysis: analysis).sentences
    parts.append(found.count > 1 ? Self.bullets(found) : "**\(found[0])**")
    parts.append("![Learning curves](curves.svg)\n\n![Speed-up](speedup.svg)")
    if sweepsRates { parts.append("![Loss against learning rate](rates.svg)") }
    parts += bestTables
    if sweepsRates { parts += stepTables(.sameRate, title: "Steps to a loss, all arms at one rate") }
    parts += sensitivity + finalLosses + gaps + probes + stages + models
    if !analysis.leftOutNotes.isEmpty {
      parts.append(
        "## Left out\n\nThese runs enter no mean above. One that diverged has not reached any target, so a ratio with "
          + "it is known from one side only.\n\n" + Self.bullets(analysis.leftOutNotes))
    }
    parts += [reading, provenance]
    return parts.joined(separator: "\n\n") + "\n"
  }

  /// What the runs are for, where that is not the usual.
  private var stage: [String] {
    switch study.stage {
    case .tuning: ["These runs choose the learning rates. Their seeds are for that alone: they enter no result."]
    case .evaluation: []
    case .quality: ["These runs all have one budget. They say how good each arm gets, not how soon."]
    }
  }

  // MARK: - Steps to a loss

  private var bestTables: [String] {
    guard !study.targetLosses.isEmpty else { return [analysis.missingTargets] }
    let title = sweepsRates ? "Steps to a loss, each arm at its best rate" : "Steps to a loss"
    return stepTables(.best, title: title) + study.notes + analysis.heldOutNotes + rateRules
  }

  /// The rule of the choice, and why each arm has its rate.
  var rateRules: [String] {
    guard let rule = analysis.rateRules.first else { return [] }
    let text = "\(rule) \(RateChoice.condition)"
    // What tuning found stands at the top.
    if study.stage == .tuning { return [text] }
    return [
      "\(text) The choice looks at the seeds that are reported, too.", Self.bullets(analysis.rateChoices.map(\.reason)),
    ]
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
      ["arm", "rate", "seeds that reached it", "steps", "tokens", "time", "FLOPs"] + study.speedUpColumns,
      words: Set([0] + study.speedUpColumns.indices.map { 7 + $0 }))
    for row in rows where !row.isSilent { table.append(row.cells(in: study)) }
    let silent = SilentRows(study: study, rows: rows.filter(\.isSilent)).sentence
    return ["\(title):", table.markdown] + (silent.map { [$0] } ?? [])
  }

  var sensitivity: [String] {
    guard let first = analysis.sensitivity.first?.target else { return [] }
    let isOne = analysis.sensitivity.allSatisfy { $0.target == first }
    let target = isOne ? "\(first.shortText) nats" : "the target that decides on its rate"
    return [
      "## Sensitivity to the learning rates",
      "How many times fewer steps each arm needs to \(target), at every pair of rates. Columns are the "
        + "baseline's rates, rows the arm's; the rates that were chosen are bold. Intervals are in `sensitivity.csv`.",
    ] + SensitivityTable.tables(analysis)
  }

  // MARK: - The end

  var finalLosses: [String] {
    var table = TextTable(["arm", "rate", "seeds", "mean ± standard deviation", "lowest", "highest"])
    for row in analysis.outcomesOfRuns(.sameRate) {
      let losses = row.finalValues
      table.append([
        row.arm.name, row.learningRate.shortText, String(losses.count), row.finalValueText,
        losses.min()?.formatted(decimals: 3) ?? "–", losses.max()?.formatted(decimals: 3) ?? "–",
      ])
    }
    return ["## Held-out loss at the end, in nats per masked token", table.markdown] + analysis.stopNotes + bagOfWords
  }

  /// What is reached without knowing order.
  private var bagOfWords: [String] {
    let groups = analysis.bagsOfWords
    guard groups.count > 1 else { return groups.map { "A bag of words: \($0.referenceText)." } }
    return ["A bag of words:", Self.bullets(groups.map { "\($0.arms.joined(separator: ", ")): \($0.referenceText)." })]
  }

  var gaps: [String] {
    guard !analysis.gaps.isEmpty else { return [] }
    let rates = sweepsRates ? " Each arm is taken at its best learning rate." : ""
    return [
      "## Early speed, final quality",
      "The mean held-out loss of each arm is compared with \(study.baselinePhrase)'s, over training and at the end. Runs of "
        + "one seed are a pair.\(rates)",
      Self.bullets(analysis.gaps.map(\.sentence)),
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

  private var reading: String { "## How to read this\n\n" + ReadingGuide(study: study).text }

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
