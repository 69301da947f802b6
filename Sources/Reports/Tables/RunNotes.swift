import Platform

/// What a reader of the tables must know besides them, a line each.
extension Analysis {
  /// Arms whose best learning rate lies at the edge of the sweep.
  var edgeNotes: [String] {
    study.arms.compactMap { arm in
      guard let best = bestRates[arm.name], best.isAtEdge else { return nil }
      return "\(arm.name)'s best learning rate, \(best.rate.shortText), lies at the edge of the sweep: "
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
}
