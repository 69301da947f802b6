import Curves
import Platform
import Reports

/// The tuning of an experiment in its folder: how far it is, and what it chooses when it is done.
///
/// All of it is a function of the curves in the folder, so whoever asks, and whenever, gets the same answer.
struct Tuning {
  private let experiment: Experiment
  private let folder: String
  private let asked: RateSelection

  /// How far a tuning is.
  enum Progress: Equatable {
    /// Runs at these rates are still to be trained.
    case training([Double])
    /// All runs at these rates are done, and no more rates are to be tried.
    case done([Double])

    /// The grid of rates, ascending.
    var learningRates: [Double] {
      switch self {
      case .training(let rates), .done(let rates): rates
      }
    }
  }

  /// The tuning of an experiment.
  ///
  /// - Precondition: the experiment has one.
  init(_ experiment: Experiment, folder: String) {
    guard let selection = experiment.selection else { preconditionFailure("Tuning: \(experiment.name) has none") }
    self.experiment = experiment
    self.folder = folder
    asked = selection
  }

  // MARK: - The grid

  /// Which rates are trained now: the grid is extended for all arms while the best rate of any lies at an end.
  ///
  /// - Throws: `InputError` if a curve or a record in the folder cannot be understood.
  func progress() throws -> Progress {
    var rates = asked.learningRates.sorted()
    var extensions = (low: 0, high: 0)
    while true {
      let grid = try experiment.tuningGrid(rates)
      guard grid.cells.allSatisfy({ RunFolder(of: $0, in: folder).isDone }) else { return .training(rates) }
      let best = try result(rates).choices.map(\.rate)
      var wider = rates
      if best.contains(rates[0]), extensions.low < asked.extensions {
        wider = RateSelection.extended(wider, isHigh: false) ?? wider
        extensions.low += 1
      }
      if best.contains(rates[rates.count - 1]), extensions.high < asked.extensions {
        wider = RateSelection.extended(wider, isHigh: true) ?? wider
        extensions.high += 1
      }
      if wider == rates { return .done(rates) }
      rates = wider
    }
  }

  // MARK: - The choice

  /// What runs at some rates tell.
  private struct Result {
    let choices: [RateChoice]
    let runs: [Run]
    let conditions: [SelectionRecord.Condition]

    /// Whether a run of an arm reached the easiest target of its condition.
    func hasReached(_ arm: String) -> Bool {
      guard let target = conditions.first(where: { $0.arms.contains(arm) })?.targetLosses.max() else { return false }
      return runs.contains { run in
        run.cell.arm.name == arm && !run.hasDiverged && Crossing.first(of: target, in: run.points) != nil
      }
    }
  }

  private func result(_ rates: [Double]) throws -> Result {
    let provenance = try StoredRuns(folder: folder).provenanceOfRuns()
    let grid = try experiment.tuningGrid(rates)
    let rows = try FolderCurves(folder: folder).rows(of: grid.cells)
    var study = ExperimentRecord(experiment: grid, provenance: provenance).study(of: Stage(.tuning, grid))
    let runs = study.runs(from: rows)
    let conditions = experiment.armsByMasks.map { arms in
      condition(of: arms, runs, unigramLosses: provenance.unigramLossesNats ?? [:])
    }
    for i in study.arms.indices {
      let condition = conditions.first { $0.arms.contains(study.arms[i].name) }
      (study.arms[i].targetLosses, study.arms[i].decidingTarget) = (
        condition?.targetLosses, condition?.decidingTargetNats
      )
    }
    return Result(choices: RateChoice.choices(for: study, from: runs), runs: runs, conditions: conditions)
  }

  /// The targets that are given, or those that the fractions make of the unigram loss and the best end of a run of arms
  /// that have the same masks.
  ///
  /// They are rounded to hundredths of a nat, for readers. Where no run ends below the unigram loss there are none.
  private func condition(of arms: [Arm], _ runs: [Run], unigramLosses: [String: Double]) -> SelectionRecord.Condition {
    let names = arms.map(\.name)
    guard !experiment.targetFractions.isEmpty else {
      let losses = experiment.targetLosses
      return .init(arms: names, targetLosses: losses, decidingTargetNats: asked.target ?? losses.middle)
    }
    let ends = runs.filter { names.contains($0.cell.arm.name) }.compactMap { run in
      run.finalValue.map { (loss: $0, run: run.cell.name) }
    }
    guard let unigram = unigramLosses[names[0]], let best = ends.min(by: { $0.loss < $1.loss }) else {
      return .init(arms: names, targetLosses: [])
    }
    func loss(_ fraction: Double) -> Double { ((unigram - fraction * (unigram - best.loss)) * 100).rounded() / 100 }
    var condition = SelectionRecord.Condition(
      arms: names, unigramLossNats: unigram, bestLossNats: best.loss, bestRun: best.run, targetLosses: [])
    guard best.loss < unigram else { return condition }
    for fraction in experiment.targetFractions where !condition.targetLosses.contains(loss(fraction)) {
      condition.targetLosses.append(loss(fraction))
    }
    condition.decidingTargetNats = (asked.target ?? experiment.targetFractions.map { -$0 }.middle.map { -$0 }).map(loss)
    return condition
  }

  /// Checks that a choice is the one that the curves give, where all of them are there.
  ///
  /// - Throws: `InputError` if somebody changed the choice, or the curves.
  func check(_ choice: SelectionRecord) throws {
    guard case .done(let rates) = try progress(), try !record(at: rates).isSameChoice(as: choice) else { return }
    throw InputError(
      at: SelectionRecord.path(in: folder), "is not what the tuning's curves give",
      expected: "the file as `roformer run` wrote it; remove it to have it written anew")
  }

  /// What the tuning chooses.
  ///
  /// - Parameter rates: the whole grid of a tuning that is done.
  /// - Returns: the choice.
  /// - Throws: `InputError` if a curve or a record in the folder cannot be understood.
  func record(at rates: [Double]) throws -> SelectionRecord {
    let result = try result(rates)
    let hasFractions = !experiment.targetFractions.isEmpty
    let tuned = result.choices.map { choice in
      SelectionRecord.Arm(
        arm: choice.arm, learningRate: choice.rate, isInterior: choice.isInterior,
        hasReached: result.hasReached(choice.arm), rateOf: nil, why: choice.reason,
        tried: choice.candidates.map(SelectionRecord.Tried.init))
    }
    let arms = experiment.arms.map { arm in
      let source = arm.rateOf ?? arm.name
      guard var own = tuned.first(where: { $0.arm == source }) else {
        return SelectionRecord.Arm(
          arm: arm.name, learningRate: nil, isInterior: false, hasReached: false, rateOf: arm.rateOf,
          why: "every tuning run diverged", tried: [])
      }
      own.arm = arm.name
      own.rateOf = arm.rateOf
      if arm.rateOf != nil { (own.why, own.tried) = ("the rate of \(source)", []) }
      return own
    }
    var record = SelectionRecord(
      rule: RateChoice.rule(at: result.conditions.compactMap(\.decidingTargetNats)), asked: asked, learningRates: rates,
      isInterior: arms.allSatisfy(\.isInterior), targetFractions: hasFractions ? experiment.targetFractions : nil,
      conditions: result.conditions, arms: arms)
    record.baselines = record.baselines(of: experiment)
    return record
  }
}

extension SelectionRecord.Tried {
  /// What a rate made.
  fileprivate init(_ candidate: RateChoice.Candidate) {
    self.init(
      learningRatePeak: candidate.rate, runs: candidate.finishedCount + candidate.divergedCount,
      reached: candidate.reachedCount, steps: candidate.steps, finalLossNats: candidate.finalValue,
      diverged: candidate.divergedCount)
  }
}

extension [Double] {
  /// The middle one in order of size, of an even number the larger of the two, which is the easier loss; `nil` of none.
  fileprivate var middle: Double? { isEmpty ? nil : sorted()[count / 2] }
}
