import Platform
import Reports

/// Trains the runs of an experiment that are not yet done.
///
/// - Parameters:
///   - experiment: what to train.
///   - folder: the experiment's folder; made if need be.
///   - choice: which of its runs; by default all.
///   - writesEvents: whether each run's folder gets its curve for TensorBoard too.
///   - active: knows the runs that are under way, so that another thread can save them.
///   - listener: takes announcements, warnings and progress.
/// - Returns: how it ended.
/// - Throws: `InputError` for a corpus that cannot be used, a folder that holds the same runs of another experiment or
///   cannot be written, or one that another process works on.
public func run(
  _ experiment: Experiment, in folder: String, _ choice: ChosenRuns = ChosenRuns(), writesEvents: Bool = false,
  active: ActiveRuns = ActiveRuns(), listener: RunListener = RunListener()
) throws -> RunOutcome {
  try Runner(
    experiment, folder: folder, choice: choice, writesEvents: writesEvents, active: active, listener: listener
  ).run()
}

/// Which runs of an experiment a call is about.
public struct ChosenRuns: Sendable, Equatable {
  /// The stage; `nil` for all of them, one after another.
  public var stage: Study.Stage?
  /// The number of one cell of the stage, of which the folder alone is written; `nil` for all.
  public var cell: Int?

  /// Some runs; by default all.
  public init(stage: Study.Stage? = nil, cell: Int? = nil) {
    self.stage = stage
    self.cell = cell
  }
}

/// One call of `run`: stage after stage, in one folder.
private struct Runner {
  let experiment: Experiment
  let folder: String
  let choice: ChosenRuns
  let writesEvents: Bool
  let active: ActiveRuns
  let listener: RunListener
  let text: PreparedText
  let lock: GridLock

  init(
    _ experiment: Experiment, folder: String, choice: ChosenRuns, writesEvents: Bool, active: ActiveRuns,
    listener: RunListener
  ) throws {
    self.experiment = experiment
    self.folder = folder
    self.choice = choice
    self.writesEvents = writesEvents
    self.active = active
    self.listener = listener
    try Files.checkMayBeFolder(folder)
    text = try PreparedText(experiment, folder: folder, listener: listener)
    lock = GridLock(folder)
  }

  func run() throws -> RunOutcome {
    defer { lock.release() }
    if let cell = choice.cell {
      let stage = try stage(choice.stage ?? .evaluation)
      // A job array is made before it is known which arms get fewer seeds.
      let isNeedless = cell >= stage.cells.count && cell < experiment.mostCells(of: stage.kind)
      return isNeedless ? .alreadyDone : try grid(of: stage).run()
    }
    // Asked before, as training records what is asked for.
    let hasReport = try isReported
    var outcomes: [RunOutcome] = []
    for kind in experiment.stageKinds where choice.stage == nil || choice.stage == kind {
      let outcome = try kind == .tuning ? tune() : grid(of: stage(kind)).run()
      if case .elsewhere = outcome { return outcome }
      outcomes.append(outcome)
    }
    let diverged = outcomes.flatMap(\.divergedRuns)
    let wasDone = hasReport && outcomes.allSatisfy { $0 == .alreadyDone || !$0.divergedRuns.isEmpty }
    if choice.stage == nil, !wasDone { _ = try Report.make(in: folder, notice: listener.warn) }
    if !diverged.isEmpty { return .diverged(diverged) }
    return wasDone ? .alreadyDone : .finished
  }

  /// Trains the grid, extends it where a best rate lies at its edge, and writes what was chosen.
  ///
  /// A tuning run that diverges tells that its rate is too high; it is no failure.
  private func tune() throws -> RunOutcome {
    if let choice = try SelectionRecord(of: experiment, in: folder) {
      try Tuning(experiment, folder: folder).check(choice)
      let outcome = try grid(of: stage(.tuning)).run()
      if case .diverged = outcome { return .alreadyDone }
      return outcome
    }
    let tuning = Tuning(experiment, folder: folder)
    var progress = try tuning.progress()
    while case .training(let learningRates) = progress {
      let outcome = try grid(of: Stage(tuning: experiment, learningRates)).run()
      if case .elsewhere = outcome { return outcome }
      progress = try tuning.progress()
    }
    try lock.take(notice: listener.warn)
    let choice = try tuning.record(at: progress.learningRates)
    // The folder's record first, so that a choice never stands beside an experiment that did not ask for it.
    let trained = try StoredRuns(folder: folder).provenanceOfRuns()
    try RecordWriter(ExperimentRecord(experiment: experiment, provenance: trained)).write(
      to: folder, warn: listener.warn)
    try choice.write(to: folder)
    choice.announcement.forEach(listener.announce)
    return .finished
  }

  /// A stage whose runs are known.
  private func stage(_ kind: Study.Stage) throws -> Stage {
    guard experiment.stageKinds.contains(kind) else {
      let known = experiment.stageKinds.map(\.rawValue).joined(separator: ", ")
      throw InputError(at: "--stage \(kind.rawValue)", "the experiment has no such stage", expected: known)
    }
    let plan = try ExperimentPlan(experiment, in: folder)
    if kind != .tuning, let obstacle = plan.obstacle { throw obstacle }
    guard let stage = plan[kind] else {
      throw InputError(
        at: folder, "the tuning has not chosen the learning rates of the \(kind.rawValue) yet",
        expected: "--stage tuning first")
    }
    return stage
  }

  private func grid(of stage: Stage) throws -> GridRunner {
    try GridRunner(
      stage, of: experiment, folder: folder, only: choice.cell, lock: lock, text: text, writesEvents: writesEvents,
      active: active,
      listener: listener)
  }

  /// Whether the results of what is asked for now are collected, towards the targets of now.
  private var isReported: Bool {
    get throws {
      try Files.exists(folder + "/summary.csv") && StoredRuns(folder: folder).whole?.experiment == experiment
    }
  }
}
