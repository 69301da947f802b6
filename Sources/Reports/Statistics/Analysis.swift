import Curves

/// The statistics of an experiment, from its curves alone.
public struct Analysis: Sendable {
  /// What the runs are judged by.
  public let measure: Measure
  /// What was run.
  public let study: Study
  /// The grid's runs, in order.
  public let runs: [Run]
  /// A row an arm, learning rate and target, same rates first, then each arm's best.
  public let outcomes: [Outcome]
  /// The best learning rate of each arm that has a finished run, by the arm's name.
  public let bestRates: [String: BestRate]
  /// The gap of each arm to the baseline, both at their best rates, in the order of the arms.
  public let gaps: [Gap]

  /// The runs that did not come to their end or left the finite numbers; they enter no mean.
  ///
  /// One that diverged has not reached any target: with it a ratio is a bound.
  public var leftOut: [Run] { runs.filter { $0.finalValue == nil } }

  /// A learning rate chosen for an arm.
  public struct BestRate: Sendable, Equatable {
    /// The peak learning rate with the best mean of the final values.
    public let rate: Double
    /// Whether it is the lowest or the highest of several that were tried: a better one may lie beyond.
    public let isAtEdge: Bool
  }

  /// The statistics of some runs.
  ///
  /// - Parameters:
  ///   - study: what was run.
  ///   - rows: its curves.
  ///   - measure: what the runs are judged by.
  public init(study: Study, rows: [CurveRow], by measure: Measure = .validationLoss) {
    self.measure = measure
    let runs = study.runs(from: rows, by: measure)
    let bestRates = Self.bestRates(study, runs, by: measure)
    let tabulator = Tabulator(study: study, runs: runs)
    var outcomes: [Outcome] = []
    let targets: [Double?] = study.targetLosses.isEmpty ? [nil] : study.targetLosses
    for arm in study.arms {
      for rate in study.learningRates {
        outcomes += targets.map { target in
          tabulator.outcome(arm, rate: rate, baselineRate: rate, target: target, selection: .sameRate)
        }
      }
    }
    for arm in study.arms {
      guard let best = bestRates[arm.name] else { continue }
      let baselineRate = bestRates[study.baseline]?.rate
      outcomes += targets.map { target in
        tabulator.outcome(arm, rate: best.rate, baselineRate: baselineRate, target: target, selection: .best)
      }
    }
    self.study = study
    self.runs = runs
    self.outcomes = outcomes
    self.bestRates = bestRates
    gaps = study.arms.compactMap { arm in
      guard arm.name != study.baseline, let rate = bestRates[arm.name]?.rate,
        let baselineRate = bestRates[study.baseline]?.rate
      else { return nil }
      return Gap(
        arm: arm.name, armRuns: Self.finished(runs, arm.name, rate),
        baselineRuns: Self.finished(runs, study.baseline, baselineRate))
    }
  }

  /// The rows of one selection, and of one target if there are any.
  public func outcomes(_ selection: Outcome.Selection, target: Double?) -> [Outcome] {
    outcomes.filter { $0.selection == selection && $0.target == target }
  }

  static func finished(_ runs: [Run], _ arm: String, _ rate: Double) -> [Run] {
    runs.filter { $0.cell.arm.name == arm && $0.cell.learningRate == rate && $0.finalValue != nil }
  }

  /// The runs that finished or diverged: those that are over.
  static func ended(_ runs: [Run], _ arm: String, _ rate: Double) -> [Run] {
    runs.filter { $0.cell.arm.name == arm && $0.cell.learningRate == rate && ($0.finalValue != nil || $0.hasDiverged) }
  }

  /// The rate with the best mean final value, among those with the most finished runs: a mean over the survivors
  /// of a rate at which others diverged would flatter that rate.
  private static func bestRates(_ study: Study, _ runs: [Run], by measure: Measure) -> [String: BestRate] {
    var result: [String: BestRate] = [:]
    for arm in study.arms {
      let candidates = study.learningRates.map { rate in
        (rate: rate, values: finished(runs, arm.name, rate).compactMap(\.finalValue))
      }
      let most = candidates.map(\.values.count).max() ?? 0
      guard most > 0,
        let best = candidates.filter({ $0.values.count == most })
          .min(by: { measure.advantage(of: $0.values.mean, over: $1.values.mean) > 0 })
      else { continue }
      let rates = study.learningRates
      result[arm.name] = BestRate(
        rate: best.rate, isAtEdge: rates.count > 1 && (best.rate == rates.min() || best.rate == rates.max()))
    }
    return result
  }
}

/// Makes the rows of the summary.
private struct Tabulator {
  let study: Study
  let runs: [Run]

  func outcome(
    _ arm: Study.Arm, rate: Double, baselineRate: Double?, target: Double?, selection: Outcome.Selection
  ) -> Outcome {
    let own = Analysis.ended(runs, arm.name, rate)
    let baseline = baselineRate.map { Analysis.ended(runs, study.baseline, $0) } ?? []
    let pairs: [(baseline: SpeedUp.Duration, arm: SpeedUp.Duration)] = own.compactMap { run in
      guard let target, let other = baseline.first(where: { $0.cell.seed == run.cell.seed }) else { return nil }
      return (duration(of: other, to: target), duration(of: run, to: target))
    }
    return Outcome(
      arm: arm, learningRate: rate, selection: selection, target: target, runs: own,
      crossings: target.map { target in own.compactMap { crossing(of: $0, at: target) } } ?? [],
      pairCount: pairs.count,
      baselineDivergedCount: baseline.count { run in run.hasDiverged && own.contains { $0.cell.seed == run.cell.seed }
      },
      speedUp: SpeedUp.paired(pairs))
  }

  /// Where a run reached a target, which one that diverged later does not count as having done.
  private func crossing(of run: Run, at target: Double) -> Crossing? {
    run.hasDiverged ? nil : Crossing.first(of: target, by: run.measure, in: run.points)
  }

  private func duration(of run: Run, to target: Double) -> SpeedUp.Duration {
    if let crossing = crossing(of: run, at: target) { return .reached(crossing.steps) }
    // A run that diverged would not have got there with its whole budget either.
    return .exhausted(Double(run.cell.arm.steps))
  }
}
