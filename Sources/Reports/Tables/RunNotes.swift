import Platform

/// What a reader of the tables must know besides them, a line each.
extension Analysis {
  /// Arms whose best learning rate lies at the edge of the sweep; of tuning, the finding says it.
  var edgeNotes: [String] {
    guard study.stage != .tuning else { return [] }
    return rateChoices.filter { !$0.isInterior }.map { choice in
      "\(choice.arm)'s best learning rate, \(choice.rate.shortText), lies at the edge of the sweep: "
        + "a better one may lie beyond."
    }
  }

  /// Runs that enter no mean, and why.
  var leftOutNotes: [String] {
    leftOut.compactMap { run in
      switch run.state {
      case .finished: nil
      case .diverged(let step): "\(run.cell.name) diverged: a loss left the finite numbers by step \(step)."
      case .unfinished(let steps):
        "\(run.cell.name) is not finished: \(steps) of \(run.cell.arm.steps.counted("step"))."
      }
    }
  }

  /// How the learning rates of a sweep were chosen; empty where each arm has one.
  var rateRules: [String] {
    guard study.sweepsRates, !rateChoices.isEmpty else { return [] }
    return [RateChoice.rule(at: rateChoices.compactMap(\.target))]
  }

  /// The comparisons of losses that are not taken on the same masks; empty where all are.
  var heldOutNotes: [String] {
    study.comparisons.compactMap { compared in
      guard let baseline = study.arm(named: compared.baseline), baseline.heldOut != compared.arm.heldOut else {
        return nil
      }
      return "\(compared.arm.name) and \(baseline.name) are measured on other masks (\(compared.arm.heldOut); "
        + "\(baseline.heldOut)): one loss is not equally hard for both."
    }
  }

  /// That ends of runs do not compare, where some end after their targets; empty where none do.
  var stopNotes: [String] {
    let names = study.arms.filter { $0.stop != nil }.map(\.name)
    guard !names.isEmpty else { return [] }
    let who = names.count == study.arms.count ? "These runs" : "The runs of \(names.joined(separator: ", "))"
    return ["\(who) ended after their lowest target or at their budget, so their losses at the end do not compare."]
  }
}
