/// Makes the rows of the summary.
struct Tabulator {
  let study: Study
  let runs: RunTable

  /// The row of an arm at a rate, compared with the baseline at a rate of its own.
  func outcome(
    _ compared: Study.ComparedArm, rate: Double, baselineRate: Double?, target: Double?, selection: Outcome.Selection
  ) -> Outcome {
    let arm = compared.arm
    let own = runs.ended(arm.name, rate)
    let baseline = baselineRate.map { runs.ended(compared.baseline, $0) } ?? []
    let pairs = target.map { RunTable.pairs(own, baseline, at: $0) } ?? []
    return Outcome(
      arm: arm, learningRate: rate, baseline: compared.baseline,
      baselineLearningRate: baseline.isEmpty ? nil : baselineRate, selection: selection, target: target, runs: own,
      crossings: target.map { target in own.compactMap { $0.crossing(at: target) } } ?? [], pairCount: pairs.count,
      speedUp: (compared.isBaseline && rate == baselineRate ? SpeedUp.identity(pairs) : nil) ?? SpeedUp.paired(pairs))
  }
}
