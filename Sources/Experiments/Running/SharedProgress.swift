import Platform
import Synchronization

/// What the runs of one call share while they train at once.
///
/// That is who is under way, what is done, how long the rest takes, and the listener. One thread at a time has it.
final class SharedProgress: @unchecked Sendable {
  // The listener's closures are not `Sendable`; they are called under the lock alone.
  private let listener: RunListener
  private let state: Mutex<State>

  private struct State {
    let cellCount: Int
    var finishedCellCount = 0
    var hasFailed = false
    var estimate: WorkEstimate?
    var references: ReferenceLosses?
    var runs: [Int: RunProgress] = [:]
  }

  init(_ listener: RunListener, cellCount: Int) {
    self.listener = listener
    state = Mutex(State(cellCount: cellCount))
  }

  /// Whether a run cannot go on for want of space or rights, so that the others stop.
  var hasFailed: Bool { state.withLock { $0.hasFailed } }

  /// Notes that a run cannot go on.
  func fail() { state.withLock { $0.hasFailed = true } }

  func warn(_ text: String) { state.withLock { _ in listener.warn(text) } }

  func announce(_ text: String) { state.withLock { _ in listener.announce(text) } }

  /// Takes what is known before training.
  func begin(finishedCellCount: Int, estimate: WorkEstimate?, references: ReferenceLosses) {
    state.withLock {
      $0.references = references
      $0.finishedCellCount = finishedCellCount
      $0.estimate = estimate
    }
  }

  /// Notes how many runs share the machine from now on.
  func setRunsAtOnce(_ count: Int) { state.withLock { $0.estimate?.runsAtOnce = count } }

  /// Counts tokens that a run has trained on, and those that its held-out loss was measured on.
  func add(_ cell: Cell, vocabularySize: Int, trained: Int, measured: Int, seconds: Double) {
    state.withLock {
      $0.estimate?.add(cell, vocabularySize: vocabularySize, trained: trained, measured: measured, seconds: seconds)
    }
  }

  /// Shows a run's progress, and that of the others.
  func show(_ run: RunProgress) {
    state.withLock { state in
      var run = run
      run.references = state.references?.text(of: run.cell)
      state.runs[run.cell.index] = run
      listener.progress(
        ExperimentProgress(
          runs: state.runs.values.sorted { $0.cell.index < $1.cell.index }, cellCount: state.cellCount,
          finishedCellCount: state.finishedCellCount, secondsLeft: state.estimate?.secondsLeft))
    }
  }

  /// Notes that a run is not under way any more, at which step and loss it is, and whether it is done.
  func end(_ cell: Cell, at step: Int, loss: Double?, isDone: Bool) {
    state.withLock {
      $0.runs[cell.index] = nil
      guard isDone else { return }
      $0.finishedCellCount += 1
      $0.estimate?.end(cell, at: step)
      $0.references?.add(cell, loss)
    }
  }
}
