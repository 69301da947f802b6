import Platform

/// How running an experiment ended.
public enum RunOutcome: Sendable, Equatable {
  /// Every run that was asked for is done.
  case finished
  /// There was nothing left to do.
  case alreadyDone
  /// All is done, and these runs' losses left the finite numbers; by the names of their folders.
  case diverged([String])
  /// Stopped from outside; the same call goes on.
  case interrupted
}

/// Trains the runs of an experiment that are not yet done.
///
/// - Parameters:
///   - experiment: what to train.
///   - folder: the experiment's folder; made if need be.
///   - only: the number of the one cell to train; `nil` for all.
///   - announce: takes lines to be shown before training: the grid, parameter counts, an estimate of the time.
///   - progress: called now and then from the training thread.
/// - Returns: how it ended.
/// - Throws: `InputError` for a corpus that cannot be used or a folder that holds another experiment.
public func run(
  _ experiment: Experiment, in folder: String, only: Int?, announce: (String) -> Void,
  progress: (ExperimentProgress) -> Void
) throws -> RunOutcome {
  throw InputError(at: "run", "training is not built into this program yet")
}
