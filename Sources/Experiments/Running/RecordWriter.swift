import Platform
import Synchronization

/// Writes the record of an experiment into its folder and into those of its runs; what another build has recorded there
/// stays, and one that computes otherwise is warned of once.
final class RecordWriter: Sendable {
  let record: ExperimentRecord
  private let hasWarned = Mutex(false)

  init(_ record: ExperimentRecord) {
    self.record = record
  }

  /// Writes the record of a folder, whose runs have been found to be the same.
  ///
  /// - Parameters:
  ///   - folder: the experiment's, or a run's.
  ///   - warn: told of another build that began there.
  /// - Throws: `InputError` if a record that is there cannot be understood, or the folder cannot be written.
  func write(to folder: String, warn: (String) -> Void) throws {
    var record = record
    let path = ExperimentRecord.path(in: folder)
    if Files.exists(path) {
      let stored = try ExperimentRecord(folder: folder)
      let (continued, isOtherBuild) = record.continuing(stored)
      if isOtherBuild { warnOfBuild(stored.provenance.firstBuild, in: folder, warn) }
      guard continued != stored else { return }
      record = continued
    }
    try Files.write(record.text, to: path)
  }

  private func warnOfBuild(
    _ build: ExperimentRecord.Provenance.Build, in folder: String, _ warn: (String) -> Void
  ) {
    let isFirst = hasWarned.withLock { hasWarned in
      defer { hasWarned = true }
      return !hasWarned
    }
    guard isFirst else { return }
    let known = [build.programVersion, build.buildTarget, build.compiler].compactMap(\.self).joined(separator: ", ")
    let how = build.numericsSHA256 == nil ? "did not record what it computes" : "computes otherwise"
    warn(
      "\(folder): was begun by another build (\(known)), which \(how); numbers are equal to the bit only within builds "
        + "that compute alike")
  }
}
