import Formats
import Foundation
import Platform

/// A run's learning curve as TensorBoard reads it, in a file that only grows while the run goes on.
///
/// A resumed run cuts the file back to what its checkpoint knows and measures the rest anew: records of the same length,
/// so that a TensorBoard that is watching stays in step, and no scalar is there twice.
package struct EventFile {
  /// Where it lies.
  package let path: String

  /// The event file of a run's folder; TensorBoard goes by `tfevents` in the name.
  package init(folder: String) {
    path = folder + "/events.out.tfevents.roformer"
  }

  /// Makes the file hold these points alone.
  ///
  /// - Throws: `InputError` if it cannot be written.
  package func write(_ points: [CurvePoint]) throws {
    let old = Files.exists(path) ? try Files.read(path, as: "event file") : Data()
    let now = Date().timeIntervalSince1970 - (points.last?.elapsedSeconds ?? 0)
    let start = EventRecord.firstWallTime(in: old) ?? now
    let bytes = Data(
      EventRecord.version(wallTime: start).bytes + points.flatMap { EventRecord($0, start: start).bytes })
    if old.starts(with: bytes) {
      try Files.cut(path, toByteCount: bytes.count)
    } else {
      try Files.write(bytes, to: path)
    }
  }

  /// Adds a point to a file that `write` has made.
  ///
  /// - Throws: `InputError` if it cannot be written.
  package func append(_ point: CurvePoint) throws {
    guard let start = EventRecord.firstWallTime(in: try Files.read(path, as: "event file")) else {
      throw InputError(at: path, "does not begin as it was written", expected: "an event file")
    }
    try Files.append(EventRecord(point, start: start).bytes, to: path)
  }
}

extension EventRecord {
  /// What was measured at one point, each under the name of its column of `curves.csv`, rounded to 32 bits.
  ///
  /// - Parameters:
  ///   - point: of a learning curve.
  ///   - start: seconds since 1970 at which the run began, interruptions left out.
  init(_ point: CurvePoint, start: Double) {
    let measured = Measure.inEventFiles.compactMap { measure in point[measure].map { (measure.name, $0) } }
    self.init(
      wallTime: start + point.elapsedSeconds, step: point.step,
      scalars: measured + [("tokens", Double(point.tokens))])
  }
}

extension Measure {
  /// All measures, first those by which runs are judged.
  fileprivate static var inEventFiles: [Measure] { all.filter { $0.better != nil } + all.filter { $0.better == nil } }
}
