import Platform

/// What an experiment found, in one sentence.
///
/// It speaks of the rotary arms, or of every arm but the baseline where none is rotary, each at its best learning
/// rate: at the lowest target for which there is a ratio, and at the lowest for which there is only a bound.
struct Finding {
  let analysis: Analysis

  private var study: Study { analysis.study }
  private var baseline: String { study.baseline }

  /// The sentence, with its full stop.
  var sentence: String {
    guard analysis.runs.contains(where: { $0.finalValue != nil }) else { return "No run is finished." }
    let others = study.arms.filter { $0.name != baseline }
    guard !others.isEmpty else { return "There is one arm, and nothing to compare it with." }
    guard !study.targetLosses.isEmpty else {
      return "No target loss is set; " + others.map(finalLoss).joined(separator: "; ") + "."
    }
    let rotary = others.filter { $0.position == "rotary" }
    return (rotary.isEmpty ? others : rotary).map(clause).joined(separator: "; ") + "."
  }

  private func clause(_ arm: Study.Arm) -> String {
    let rows = analysis.outcomes.filter { $0.selection == .best && $0.arm.name == arm.name && $0.target != nil }
      .sorted { $0.target! < $1.target! }
    guard !rows.isEmpty else { return "\(arm.name) has no finished run" }
    let ratio = rows.first { if case .ratio = $0.speedUp { true } else { false } }
    let bound = rows.first { row in
      switch row.speedUp {
      case .atLeast, .atMost: ratio.map { row.target! < $0.target! } ?? true
      default: false
      }
    }
    var parts: [String] = []
    if let ratio { parts.append(self.ratio(ratio)) }
    if let bound { parts.append(self.bound(bound, alone: ratio == nil)) }
    if parts.isEmpty {
      let shown = rows.map { $0.target!.shortText }.joined(separator: ", ")
      return "\(arm.name) and \(baseline) cannot be compared at \(shown) nats: \(unreached(rows))"
    }
    return parts.joined(separator: "; ")
  }

  private func ratio(_ row: Outcome) -> String {
    guard case .ratio(let estimate) = row.speedUp else { return "" }
    let value = estimate.value
    let goal = "to reach a held-out loss of \(row.target!.shortText) nats"
    let rates = study.learningRates.count > 1 ? ", each arm at its best learning rate" : ""
    guard let interval = estimate.interval else {
      let comparison = "\(max(value, 1 / value).ratioText) \(value >= 1 ? "fewer" : "more") steps than \(baseline)"
      return "\(row.arm.name) needed \(comparison) \(goal) (one seed\(rates): no interval)"
    }
    let seeds = "\(row.pairCount) seeds\(rates)"
    if interval.contains(1) {
      let range = "\(interval.lowerBound.ratioText) to \(interval.upperBound.ratioText)"
      return "\(row.arm.name) and \(baseline) were not told apart in the steps needed \(goal) "
        + "(ratio \(value.ratioText), 95% interval \(range), \(seeds))"
    }
    let (best, low, high) =
      value >= 1
      ? (value, interval.lowerBound, interval.upperBound)
      : (1 / value, 1 / interval.upperBound, 1 / interval.lowerBound)
    return "\(row.arm.name) needed \(best.ratioText) \(value >= 1 ? "fewer" : "more") steps than \(baseline) \(goal) "
      + "(95% interval \(low.ratioText) to \(high.ratioText), \(seeds))"
  }

  private func bound(_ row: Outcome, alone: Bool) -> String {
    let target = "\(row.target!.shortText) nats"
    switch row.speedUp {
    case .atLeast(let bound) where bound >= 1:
      let steps = "at least \(bound.ratioText) fewer\(alone ? " steps than \(baseline)" : "")"
      return (alone ? "\(row.arm.name) needed \(steps) to reach a held-out loss of \(target)" : "at \(target) \(steps)")
        + (row.baselineDivergedCount > 0
          ? " (\(baseline) diverged on a seed)" : " (\(baseline)'s budget was exhausted)")
    case .atMost(let bound) where bound <= 1:
      let steps = "at least \((1 / bound).ratioText) more\(alone ? " steps than \(baseline)" : "")"
      return (alone ? "\(row.arm.name) needs \(steps) to reach a held-out loss of \(target)" : "at \(target) \(steps)")
        + (row.divergedCount > 0 ? " (it diverged on a seed)" : " (its budget was exhausted)")
    default:
      return "at \(target) its speed-up over \(baseline) is only known to be \(row.speedUpText(baseline: baseline))"
    }
  }

  /// Which of the two did not arrive.
  private func unreached(_ rows: [Outcome]) -> String {
    let baselineRows = analysis.outcomes.filter { $0.selection == .best && $0.arm.name == baseline }
    if baselineRows.isEmpty { return "\(baseline) has no finished run" }
    let reached = rows.contains { !$0.crossings.isEmpty }
    return reached ? "not every seed reached them" : "not reached within the budget"
  }

  private func finalLoss(_ arm: Study.Arm) -> String {
    guard let gap = analysis.gaps.first(where: { $0.arm == arm.name }) else {
      return "\(arm.name) has no finished pair"
    }
    let interval = gap.final.interval.map {
      ", 95% interval \($0.lowerBound.formatted(decimals: 3)) to \($0.upperBound.formatted(decimals: 3))"
    }
    let difference = gap.final.value
    return "\(arm.name) ended \(abs(difference).formatted(decimals: 3)) nats \(difference >= 0 ? "below" : "above") "
      + "\(baseline)\(interval ?? ", one seed")"
  }
}
