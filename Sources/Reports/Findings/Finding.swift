import Platform

/// What an experiment found: a sentence a comparison, one for targets that are none, one for arms that learned no order.
///
/// Runs that tune found learning rates and nothing else: a speed-up over their seeds would be no result.
struct Finding {
  let analysis: Analysis

  private var study: Study { analysis.study }

  /// The sentences, each with its full stop: first the arms that were sooner than their baseline.
  var sentences: [String] {
    guard analysis.runs.contains(where: { $0.finalValue != nil }) else { return ["No run is finished."] }
    guard study.stage != .tuning else { return analysis.choicesSoFar }
    let stays = analysis.bagsOfWords.flatMap(\.stayTexts)
    let others = study.comparisons.filter { !$0.isBaseline }
    guard !others.isEmpty else { return ["There is one arm, and nothing to compare it with."] + stays }
    guard !study.targetLosses.isEmpty else {
      return [analysis.missingTargets] + others.map { finalLoss($0) + "." } + stays
    }
    let untrained = analysis.untrainedTargets
    let targets = study.targetLosses.filter { loss in !untrained.contains { $0.loss == loss } }
    let texts = targets.isEmpty ? [] : others.map { ComparisonText(analysis, $0, at: targets) }
    let ranks = texts.map(\.verdict)
    let order = texts.indices.sorted { (ranks[$0], $0) < (ranks[$1], $1) }
    let found = order.map { texts[$0].sentence + "." }
    // An arm without runs has the same sentence beside each of its baselines.
    let once = found.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    return once + untrained.map(self.untrained) + stays
  }

  private func untrained(_ target: UntrainedTarget) -> String {
    let who =
      target.count == target.runCount
      ? "every run's held-out loss is" : "the held-out loss of \(target.count) of \(target.runCount.counted("run")) is"
    return "\(target.loss.shortText) nats is no target: \(who) there before the first step."
  }

  private func finalLoss(_ compared: Study.ComparedArm) -> String {
    let gap = analysis.gaps.first { $0.arm == compared.arm.name && $0.baseline == compared.baseline }
    return gap.map { "\($0.arm) ended \($0.finalText)" } ?? "\(compared.arm.name) has no finished pair"
  }
}
