/// How running an experiment ended.
public enum RunOutcome: Sendable, Equatable {
  /// Every run that was asked for is done.
  case finished
  /// There was nothing left to do.
  case alreadyDone
  /// All is done, and these runs' losses left the finite numbers; by the names of their folders.
  case diverged([String])
  /// All is done but these runs, which other processes train; by the names of their folders.
  case elsewhere([String])

  /// The runs whose losses left the finite numbers.
  var divergedRuns: [String] { if case .diverged(let names) = self { names } else { [] } }
}

/// Takes what an experiment has to say while it runs; called by one thread at a time.
public struct RunListener {
  /// Takes lines to be shown before training: the grid, parameter counts, an estimate of the time.
  public var announce: (String) -> Void
  /// Takes warnings, a line each: a damaged checkpoint, another build, a process that is waited for.
  public var warn: (String) -> Void
  /// Takes how far the text is prepared, in words, now and then.
  public var preparation: (String) -> Void
  /// Called after every step.
  public var progress: (ExperimentProgress) -> Void

  /// A listener; by default one that hears nothing.
  public init(
    announce: @escaping (String) -> Void = { _ in }, warn: @escaping (String) -> Void = { _ in },
    preparation: @escaping (String) -> Void = { _ in },
    progress: @escaping (ExperimentProgress) -> Void = { _ in }
  ) {
    self.announce = announce
    self.warn = warn
    self.preparation = preparation
    self.progress = progress
  }
}
