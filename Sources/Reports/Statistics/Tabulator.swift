/// Makes the rows of the summary.
struct Tabulator {
  let study: Study
  let runs: [Run]

  /// The row of an arm at a rate, compared with the baseline at a rate of its own.
  func outcome(
    _ arm: Study.Arm, rate: Double, baselineRate: Double?, target: Double?, selection: Outcome.Selection
  ) -> Outcome {
    let own = Analysis.ended(runs, arm.name, rate)
    let baseline = baselineRate.map { Analysis.ended(runs, study.baseline, $0) } ?? []
    let pairs: [(baseline: StepsToTarget, arm: StepsToTarget)] = own.compactMap { run in
      guard let target, let other = baseline.first(where: { $0.cell.seed == run.cell.seed }) else { return nil }
      return (steps(of: other, to: target), steps(of: run, to: target))
    }
    let isBaseline = arm.name == study.baseline && rate == baselineRate
    return Outcome(
      arm: arm, learningRate: rate, selection: selection, target: target, runs: own,
      crossings: target.map { target in own.compactMap { crossing(of: $0, at: target) } } ?? [],
      pairCount: pairs.count, speedUp: (isBaseline ? SpeedUp.identity(pairs) : nil) ?? SpeedUp.paired(pairs))
  }

  /// Where a run reached a target, which one that diverged later does not count as having done.
  private func crossing(of run: Run, at target: Double) -> Crossing? {
    run.hasDiverged ? nil : Crossing.first(of: target, by: run.measure, in: run.points)
  }

  private func steps(of run: Run, to target: Double) -> StepsToTarget {
    if let crossing = crossing(of: run, at: target) { return StepsToTarget(crossing) }
    let budget = Double(run.cell.arm.steps)
    return run.hasDiverged ? .diverged(budget) : .exhausted(budget)
  }
}

extension SpeedUp {
  /// The speed-up of runs over themselves, which no measurement blurs; `nil` if some steps are not known.
  fileprivate static func identity(_ pairs: [(baseline: StepsToTarget, arm: StepsToTarget)]) -> SpeedUp? {
    guard !pairs.isEmpty, pairs.allSatisfy({ if case .reached = $0.arm { true } else { false } }) else { return nil }
    return .ratio(Ratio(value: 1, interval: pairs.count > 1 ? 1...1 : nil))
  }
}
