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

  /// The statistics of some runs.
  ///
  /// - Parameters:
  ///   - study: what was run.
  ///   - rows: its curves.
  ///   - measure: what the runs are judged by.
  public init(study: Study, rows: [CurveRow], by measure: Measure = .validationLoss) {
    self.measure = measure
    let runs = study.runs(from: rows, by: measure)
    let bestRates = BestRate.choices(study, runs, by: measure)
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

  /// The targets that a run reached before its first step, so that they ask for no training.
  public var untrainedTargets: [UntrainedTarget] {
    study.targetLosses.compactMap { loss in
      let rows = outcomes(.sameRate, target: loss)
      let count = rows.reduce(0) { $0 + $1.crossings.count(where: \.isUntrained) }
      let runCount = rows.reduce(0) { $0 + $1.runs.count }
      return count > 0 ? UntrainedTarget(loss: loss, count: count, runCount: runCount) : nil
    }
  }

  /// A target that lies above losses at which training begins.
  public struct UntrainedTarget: Sendable, Equatable {
    /// The target, in nats.
    public let loss: Double
    /// How many runs are there before their first step.
    public let count: Int
    /// Of how many runs that are over.
    public let runCount: Int
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
}
