import Platform

/// What was found of an arm beside one of its baselines: a sentence without its full stop.
///
/// Both stand at the rates that were chosen for them: at the lowest target at which the ratio is known from both sides,
/// and at a lower one at which it is known from one.
struct ComparisonText {
  private let analysis: Analysis
  private let arm: String
  private let baseline: String
  /// The rows of the targets, the lowest first.
  private let rows: [Outcome]

  private var study: Study { analysis.study }

  /// The text of a comparison.
  init(_ analysis: Analysis, _ compared: Study.ComparedArm, at targets: [Double]) {
    self.analysis = analysis
    arm = compared.arm.name
    baseline = compared.baseline
    rows = analysis.outcomes
      .filter { $0.selection == .best && $0.arm.name == compared.arm.name && $0.baseline == compared.baseline }
      .filter { targets.contains($0.target ?? .nan) }
      .sorted { ($0.target ?? 0) < ($1.target ?? 0) }
  }

  /// The sentence.
  var sentence: String {
    if rows.isEmpty { return "\(arm) has no finished run" }
    return answer ?? unknown
  }

  /// What a comparison came to, in the order in which a reader asks: which arms were sooner, then the others.
  enum Verdict: Comparable {
    case sooner, notToldApart, later, unknown
  }

  /// What the sentence says.
  var verdict: Verdict {
    if let interval = ratio?.ratio.interval {
      return interval.contains(1) ? .notToldApart : interval.lowerBound > 1 ? .sooner : .later
    }
    if let value = ratio?.ratio.value { return value > 1 ? .sooner : .later }
    return switch bound?.ratio.bound {
    case .atLeast(let value): value >= 1 ? .sooner : .notToldApart
    case .atMost(let value): value <= 1 ? .later : .notToldApart
    case nil: .unknown
    }
  }

  /// The ratios of which something is known, the lowest target first.
  private var known: [Known] {
    rows.compactMap { row -> Known? in
      guard case .ratio(let ratio) = row.speedUp, let target = row.target else { return nil }
      return Known(target: target, ratio: ratio)
    }
  }

  /// The lowest target's ratio that is known from both sides.
  private var ratio: Known? { known.first { $0.ratio.bound == nil } }

  /// The ratio that is known from one side, at a lower target than `ratio` is of.
  private var bound: Known? {
    guard let bound = known.first(where: { $0.ratio.bound != nil }) else { return nil }
    return ratio.map { bound.target < $0.target } ?? true ? bound : nil
  }

  /// What is known of the ratios; `nil` if nothing is.
  private var answer: String? {
    var parts: [String] = []
    if let ratio { parts.append(text(ratio)) }
    if let bound { parts.append(text(ofBound: bound, isAlone: ratio == nil)) }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }

  /// A ratio and the target that it is of.
  private struct Known {
    let target: Double
    let ratio: SpeedUp.Ratio
  }

  // MARK: - Known from both sides

  private func text(_ known: Known) -> String {
    let goal = "to reach a held-out loss of \(known.target.shortText) nats"
    let rates = study.ratesRemark.map { ", \($0)" } ?? ""
    let ratio = known.ratio
    guard let interval = ratio.interval else {
      let value = (ratio.value ?? 1).timesText
      return "\(arm) needed \(value) steps than \(baseline) \(goal) (one seed\(rates): no interval)"
    }
    let grain = ratio.isCoarse ? "; validations are too far apart to tell it more exactly" : ""
    let seeds = "\(ratio.pairCount.counted("seed"))\(rates)\(grain)\(reasons(ratio))"
    let kind = ratio.estimator == .medianOrderStatistics ? "median " : ""
    let confidence = "\(ratio.confidenceText) interval"
    if interval.contains(1) {
      let value = ratio.value.map { "\(kind)ratio \(interval.text(of: $0)), " } ?? ""
      return "\(arm) and \(baseline) were not told apart in the steps needed \(goal) "
        + "(\(value)\(confidence) \(interval.ratioText), \(seeds))"
    }
    let isFaster = interval.lowerBound > 1
    let shown = isFaster ? interval : 1 / interval.upperBound...1 / interval.lowerBound
    let times = ratio.value.map { shown.text(of: max($0, 1 / $0)) } ?? shown.ratioText
    return "\(arm) needed \(times) \(isFaster ? "fewer" : "more") steps than \(baseline) \(goal) "
      + "(\(kind)\(confidence) \(shown.ratioText), \(seeds))"
  }

  // MARK: - Known from one side

  private func text(ofBound known: Known, isAlone: Bool) -> String {
    guard let bound = known.ratio.bound else { return "" }
    let target = "\(known.target.shortText) nats"
    let why = " (\(confidence(known.ratio))\(reasons(known.ratio)))"
    func sentence(_ steps: String) -> String {
      isAlone
        ? "\(arm) needed \(steps) steps than \(baseline) to reach a held-out loss of \(target)"
        : "at \(target) \(steps)"
    }
    switch bound {
    case .atLeast(let value) where value >= 1: return sentence("at least \(value.timesText)") + why
    case .atMost(let value) where value <= 1: return sentence("at least \(value.timesText)") + why
    default:
      // A limit on the wrong side of 1 tells neither from the other.
      let arms =
        isAlone ? "\(arm) and \(baseline) were not told apart at \(target)" : "at \(target) they were not told apart"
      return "\(arms): \(baseline)'s steps were \(bound.text) those of \(arm)\(why)"
    }
  }

  private func confidence(_ ratio: SpeedUp.Ratio) -> String {
    guard ratio.pairCount > 1 else { return ratio.confidenceText }
    let median = ratio.value.map { ", median ratio \($0.ratioText)" } ?? ""
    return "\(ratio.confidenceText), \(ratio.pairCount.counted("seed"))\(median)"
  }

  /// Whose runs are known from one side only, and why; empty where all are known.
  private func reasons(_ ratio: SpeedUp.Ratio) -> String {
    ratio.limitations.map { limitation in
      let name = limitation.isOfArm ? arm : baseline
      return switch limitation.kind {
      case .exhausted: "; \(name)'s budget was exhausted"
      case .diverged: "; \(name) diverged on a seed"
      case .early: "; \(name) was there before its second validation"
      }
    }.joined()
  }

  // MARK: - Not known

  private var unknown: String {
    // Targets with one reason are named together.
    var reasons: [(text: String, targets: [String])] = []
    for row in rows {
      guard case .unknown(let obstacle) = row.speedUp, let target = row.target else { continue }
      let text = text(obstacle, row)
      if let i = reasons.firstIndex(where: { $0.text == text }) {
        reasons[i].targets.append(target.shortText)
      } else {
        reasons.append((text, [target.shortText]))
      }
    }
    let told = reasons.map { "at \($0.targets.joined(separator: ", ")) nats \($0.text)" }
    return "\(arm) and \(baseline) cannot be compared: \(told.joined(separator: "; "))"
  }

  private func text(_ obstacle: SpeedUp.Obstacle, _ row: Outcome) -> String {
    let other = analysis.outcomes(.best, target: row.target).first { $0.arm.name == baseline }
    guard let other else { return "\(baseline) has no finished run" }
    switch obstacle {
    case .early: return "both got there before the second validation on some seed (validate more often)"
    case .opposed: return "each missed it on a seed on which the other got there"
    case .missed where row.crossings.isEmpty && other.crossings.isEmpty: return "neither got there within its budget"
    case .missed: return "neither got there on some seed"
    case .noPairs, .untrained: return "no seed has a finished run of both"
    }
  }
}

extension Double {
  /// A ratio of steps in words: `2.94× fewer`, or `2.94× more` of its inverse.
  fileprivate var timesText: String { "\(Swift.max(self, 1 / self).ratioText) \(self >= 1 ? "fewer" : "more")" }
}
