import Platform

/// The sections of `summary.md` about the stages before and after the evaluation.
struct StageSections {
  /// The tuning, from which each arm has its learning rate; `nil` if there was none.
  let tuning: Analysis?
  /// The runs of one budget; `nil` if there are none.
  let quality: Analysis?

  /// The stages of a report but the one that its page is about.
  init(_ report: Report) {
    let others = report.stages.filter { $0.study.stage != report.analysis.study.stage }
    tuning = others.first { $0.study.stage == .tuning }
    quality = others.first { $0.study.stage == .quality }
  }

  /// The sections, in the order in which they are read.
  var markdown: [String] { (quality.map(text(ofQuality:)) ?? []) + (tuning.map(text(ofTuning:)) ?? []) }

  /// Sections of a page as parts of one.
  private func demoted(_ parts: [String]) -> [String] { parts.map { $0.hasPrefix("## ") ? "#" + $0 : $0 } }

  private static func bullets(_ lines: [String]) -> String { lines.map { "- \($0)" }.joined(separator: "\n") }

  private func text(ofQuality quality: Analysis) -> [String] {
    let page = SummaryPage(analysis: quality)
    let stays = quality.bagsOfWords.flatMap(\.stayTexts)
    let budgets = Set(quality.study.arms.map(\.steps)).sorted().map { $0.counted("step") }.joined(separator: " or ")
    return [
      "## Final quality",
      "Runs of one budget, \(budgets), on seeds of their own, at the learning rates of the evaluation. Their rate falls to "
        + "the end where the schedule says so.",
      "![Curves of one budget](quality.svg)",
    ] + demoted(page.finalLosses) + (stays.isEmpty ? [] : [Self.bullets(stays)]) + demoted(page.gaps)
  }

  private func text(ofTuning tuning: Analysis) -> [String] {
    let page = SummaryPage(analysis: tuning)
    let seeds = tuning.study.seeds.map(String.init).joined(separator: ", ")
    return [
      "## How the learning rates were chosen",
      "Every arm was trained at every rate of the grid on seed \(seeds), which enters no result above. What was chosen, and "
        + "what each rate measured, is in `selection.json`.",
    ] + page.rateRules + [Self.bullets(tuning.choicesSoFar), "![Loss against learning rate](rates.svg)"]
      + demoted(page.sensitivity)
  }
}
