import Platform

/// The lock that keeps two processes from working on one whole folder, held from the first training to the report.
///
/// A single cell does without: its run's own lock serves.
final class GridLock {
  private let folder: String
  private var lock: ProcessLock?

  /// A lock that is not taken yet.
  init(_ folder: String) {
    self.folder = folder
  }

  /// Takes the lock, if it is not held already; makes the folder if need be.
  ///
  /// - Parameter notice: told of a lock that was left by a process that is gone.
  /// - Throws: `InputError` if another process holds it, or the folder cannot be written.
  func take(notice: (String) -> Void) throws {
    guard lock == nil else { return }
    try Files.makeFolder(folder + "/runs")
    let path = folder + "/lock"
    guard let taken = try ProcessLock.take(path, notice: notice) else {
      throw InputError(
        at: folder, "\(ProcessLock.holder(of: path)?.description ?? "another process") is at work here",
        expected: "one process a folder; --only trains single cells side by side")
    }
    lock = taken
  }

  /// Gives the lock back.
  func release() {
    lock?.release()
    lock = nil
  }
}
