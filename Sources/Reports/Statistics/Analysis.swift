import Curves

/// The statistics of an experiment, from its curves alone.
public struct Analysis: Sendable {
  /// What the runs are judged by.
  public let measure: Measure
  /// What was run.
  public let study: Study
  /// The grid's runs, in order.
  public let runs: [Run]
  /// A row an arm, learning rate, baseline and target, same rates first, then each arm's best.
  public let outcomes: [Outcome]
  /// What was chosen of each arm's learning rates, in the order of the arms; arms without a finished run have none.
  public let rateChoices: [RateChoice]
  /// The gap of each arm to each of its baselines, at their best rates, in the order of the arms.
  ///
  /// There is none where one of them ends after its targets: such ends do not compare.
  public let gaps: [Gap]
  /// The ratio at every pair of learning rates of an arm and a baseline, where either has several.
  public let sensitivity: [SensitivityRow]
  /// What is reached without knowing order, and which arms stayed there.
  public let bagsOfWords: [BagOfWords]

  /// The runs that did not come to their end or left the finite numbers; they enter no mean.
  ///
  /// One that diverged has not reached any target: with it a ratio is known from one side only.
  public var leftOut: [Run] { runs.filter { $0.finalValue == nil } }

  /// The statistics of some runs.
  ///
  /// - Parameters:
  ///   - study: what was run.
  ///   - rows: its curves; those of no cell of the study enter nothing.
  ///   - measure: what the runs are judged by.
  public init(study: Study, rows: [CurveRow], by measure: Measure = .validationLoss) {
    self.init(study: study, runs: study.runs(from: rows, by: measure), by: measure)
  }

  /// The statistics of some runs.
  ///
  /// - Parameters:
  ///   - study: what was run.
  ///   - runs: a run for each of its cells, in their order.
  ///   - measure: what the runs are judged by.
  public init(study: Study, runs: [Run], by measure: Measure = .validationLoss) {
    let table = RunTable(runs: runs)
    let choices = RateChoice.choices(for: study, from: runs, by: measure)
    let rates = Dictionary(uniqueKeysWithValues: choices.map { ($0.arm, $0.rate) })
    let tabulator = Tabulator(study: study, runs: table)
    func targets(_ arm: Study.Arm) -> [Double?] {
      let targets = study.targetLosses(of: arm)
      return targets.isEmpty ? [nil] : targets
    }
    var outcomes: [Outcome] = []
    for arm in study.arms {
      for rate in study.learningRates(of: arm) {
        for compared in study.comparisons where compared.arm.name == arm.name {
          outcomes += targets(arm).map { target in
            tabulator.outcome(compared, rate: rate, baselineRate: rate, target: target, selection: .sameRate)
          }
        }
      }
    }
    for compared in study.comparisons {
      guard let rate = rates[compared.arm.name] else { continue }
      outcomes += targets(compared.arm).map { target in
        tabulator.outcome(
          compared, rate: rate, baselineRate: rates[compared.baseline], target: target, selection: .best)
      }
    }
    self.measure = measure
    self.study = study
    self.runs = runs
    self.outcomes = outcomes
    rateChoices = choices
    gaps = study.comparisons.compactMap { compared in
      guard !compared.isBaseline, compared.arm.stop == nil, study.arm(named: compared.baseline)?.stop == nil,
        let rate = rates[compared.arm.name], let baselineRate = rates[compared.baseline]
      else { return nil }
      return Gap(
        arm: compared.arm.name, baseline: compared.baseline, armRuns: table.finished(compared.arm.name, rate),
        baselineRuns: table.finished(compared.baseline, baselineRate))
    }
    sensitivity = SensitivityRow.rows(of: study, from: table)
    bagsOfWords = measure == .validationLoss ? BagOfWords.groups(of: study, from: table, rates: rates) : []
  }

  /// The learning rate that was chosen for an arm; `nil` if it has no finished run.
  public func bestRate(of arm: String) -> Double? { rateChoices.first { $0.arm == arm }?.rate }

  /// The rows of one selection, and of one target if there are any.
  public func outcomes(_ selection: Outcome.Selection, target: Double?) -> [Outcome] {
    outcomes.filter { $0.selection == selection && $0.target == target }
  }

  /// The same rows, an arm at a rate once: beside its first baseline.
  func outcomesOfRuns(_ selection: Outcome.Selection, target: Double?) -> [Outcome] {
    outcomes(selection, target: target).filter { $0.baseline == study.baselines(of: $0.arm)[0] }
  }

  /// The rows of one selection, an arm at a rate once: beside its first baseline, at its first target if it has any.
  func outcomesOfRuns(_ selection: Outcome.Selection) -> [Outcome] {
    outcomes.filter { row in
      row.selection == selection && row.baseline == study.baselines(of: row.arm)[0]
        && row.target == study.targetLosses(of: row.arm).first
    }
  }
}
