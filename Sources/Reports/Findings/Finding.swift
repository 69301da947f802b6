import Platform

/// What an experiment found: a sentence an arm that is compared with the baseline, and one for targets that are none.
///
/// Each arm stands at its best learning rate: at the lowest target for which there is a ratio, and at the lowest for
/// which there is only a bound.
struct Finding {
  let analysis: Analysis

  private var study: Study { analysis.study }
  private var baseline: String { study.baseline }

  /// The sentences, each with its full stop.
  var sentences: [String] {
    guard analysis.runs.contains(where: { $0.finalValue != nil }) else { return ["No run is finished."] }
    let others = study.arms.filter { $0.name != baseline }
    guard !others.isEmpty else { return ["There is one arm, and nothing to compare it with."] }
    guard !study.targetLosses.isEmpty else {
      return ["No target loss is set."] + others.map { finalLoss($0) + "." }
    }
    let untrained = analysis.untrainedTargets
    let targets = study.targetLosses.filter { loss in !untrained.contains { $0.loss == loss } }
    let found = targets.isEmpty ? [] : others.map { comparison($0, at: targets) + "." }
    return found + untrained.map(self.untrained)
  }

  // MARK: - Targets

  private func comparison(_ arm: Study.Arm, at targets: [Double]) -> String {
    let rows = analysis.outcomes
      .filter { $0.selection == .best && $0.arm.name == arm.name && targets.contains($0.target ?? .nan) }
      .sorted { ($0.target ?? 0) < ($1.target ?? 0) }
    guard !rows.isEmpty else { return "\(arm.name) has no finished run" }
    let ratio = rows.first { if case .ratio = $0.speedUp { true } else { false } }
    let bound = rows.first { row in
      switch row.speedUp {
      case .atLeast, .atMost: ratio.map { row.target! < $0.target! } ?? true
      default: false
      }
    }
    var parts: [String] = []
    if let ratio, case .ratio(let value) = ratio.speedUp { parts.append(text(value, ratio)) }
    if let bound { parts.append(text(bound, isAlone: ratio == nil)) }
    return parts.isEmpty ? unknown(arm, rows) : parts.joined(separator: "; ")
  }

  private func text(_ ratio: SpeedUp.Ratio, _ row: Outcome) -> String {
    let goal = "to reach a held-out loss of \(row.target!.shortText) nats"
    let rates = study.learningRates.count > 1 ? ", each arm at its best learning rate" : ""
    let value = ratio.value
    guard let interval = ratio.interval else {
      return "\(row.arm.name) needed \(times(value)) steps than \(baseline) \(goal) (one seed\(rates): no interval)"
    }
    let grain = ratio.isCoarse ? "; validations are too far apart to tell it more exactly" : ""
    let seeds = "\(row.pairCount.counted("seed"))\(rates)\(grain)"
    if interval.contains(1) {
      return "\(row.arm.name) and \(baseline) were not told apart in the steps needed \(goal) "
        + "(ratio \(interval.text(of: value)), 95% interval \(interval.ratioText), \(seeds))"
    }
    let shown = value >= 1 ? interval : 1 / interval.upperBound...1 / interval.lowerBound
    return
      "\(row.arm.name) needed \(shown.text(of: max(value, 1 / value))) \(value >= 1 ? "fewer" : "more") steps than "
      + "\(baseline) \(goal) (95% interval \(shown.ratioText), \(seeds))"
  }

  private func times(_ ratio: Double) -> String {
    "\(max(ratio, 1 / ratio).ratioText) \(ratio >= 1 ? "fewer" : "more")"
  }

  private func text(_ row: Outcome, isAlone: Bool) -> String {
    let target = "\(row.target!.shortText) nats"
    func sentence(_ steps: String) -> String {
      isAlone
        ? "\(row.arm.name) needed \(steps) steps than \(baseline) to reach a held-out loss of \(target)"
        : "at \(target) \(steps)"
    }
    switch row.speedUp {
    case .atLeast(let bound):
      let (value, why) = (bound.limit ?? bound.mean, reason(bound, misses: baseline, early: row.arm.name, row))
      return value >= 1
        ? sentence("at least \(value.ratioText) fewer") + why : weak(row, "at least", value, isAlone: isAlone) + why
    case .atMost(let bound):
      let (value, why) = (bound.limit ?? bound.mean, reason(bound, misses: row.arm.name, early: baseline, row))
      return value <= 1
        ? sentence("at least \((1 / value).ratioText) more") + why : weak(row, "at most", value, isAlone: isAlone) + why
    case .ratio, .unknown: return ""
    }
  }

  /// A bound on the wrong side of 1: it tells neither from the other.
  private func weak(_ row: Outcome, _ kind: String, _ value: Double, isAlone: Bool) -> String {
    let target = "\(row.target!.shortText) nats"
    let arms =
      isAlone
      ? "\(row.arm.name) and \(baseline) were not told apart at \(target)" : "at \(target) they were not told apart"
    return "\(arms): \(baseline)'s steps were \(kind) \(value.ratioText) those of \(row.arm.name)"
  }

  /// How sure a bound is, and whose runs make it one.
  private func reason(_ bound: SpeedUp.Bound, misses: String, early: String, _ row: Outcome) -> String {
    let reasons = bound.limitations.map { limitation in
      switch limitation {
      case .exhausted: "\(misses)'s budget was exhausted"
      case .diverged: "\(misses) diverged on a seed"
      case .early: "\(early) was there before its second validation"
      }
    }
    let confidence =
      bound.limit == nil ? "one seed: no confidence" : "95% confidence, \(row.pairCount.counted("seed"))"
    return " (\(confidence); \(reasons.joined(separator: "; ")))"
  }

  private func unknown(_ arm: Study.Arm, _ rows: [Outcome]) -> String {
    // Targets with one reason are named together.
    var reasons: [(text: String, targets: [String])] = []
    for row in rows {
      let (text, target) = (obstacle(row), row.target!.shortText)
      if let i = reasons.firstIndex(where: { $0.text == text }) {
        reasons[i].targets.append(target)
      } else {
        reasons.append((text, [target]))
      }
    }
    let told = reasons.map { "at \($0.targets.joined(separator: ", ")) nats \($0.text)" }
    return "\(arm.name) and \(baseline) cannot be compared: \(told.joined(separator: "; "))"
  }

  private func obstacle(_ row: Outcome) -> String {
    let baselineRow = analysis.outcomes(.best, target: row.target).first { $0.arm.name == baseline }
    guard let baselineRow, case .unknown(let obstacle) = row.speedUp else { return "\(baseline) has no finished run" }
    switch obstacle {
    case .early: return "both got there before the second validation on some seed (validate more often)"
    case .opposed: return "each missed it on a seed on which the other got there"
    case .missed where row.crossings.isEmpty && baselineRow.crossings.isEmpty:
      return "neither got there within its budget"
    case .missed: return "neither got there on some seed"
    case .noPairs, .untrained: return "no seed has a finished run of both"
    }
  }

  private func untrained(_ target: Analysis.UntrainedTarget) -> String {
    let who =
      target.count == target.runCount
      ? "every run's held-out loss is" : "the held-out loss of \(target.count) of \(target.runCount.counted("run")) is"
    return "\(target.loss.shortText) nats is no target: \(who) there before the first step."
  }

  // MARK: - No targets

  private func finalLoss(_ arm: Study.Arm) -> String {
    guard let gap = analysis.gaps.first(where: { $0.arm == arm.name }) else {
      return "\(arm.name) has no finished pair"
    }
    return "\(arm.name) ended \(gap.finalText(baseline: baseline))"
  }
}
