import Curves
import Foundation
import Platform
import Synchronization

/// Which runs a folder's `curves.csv` holds, and up to which step.
///
/// A folder that was published keeps the curves of all its runs in this one file, and every run asks it. So what it says is
/// remembered as long as the file stays the same.
enum CollectedRuns {
  /// What a file said, and by what it is known to be the same file.
  private struct Known {
    let date: Date?
    let byteCount: Int
    let lastSteps: [String: Int]
  }

  private static let known = Mutex<[String: Known]>([:])

  /// The last step of each run in a file, by the name of the run's folder; nothing where there is no such file.
  static func lastSteps(in path: String) -> [String: Int] {
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else { return [:] }
    let (date, byteCount) = (attributes[.modificationDate] as? Date, attributes[.size] as? Int ?? 0)
    if let file = known.withLock({ $0[path] }), file.date == date, file.byteCount == byteCount { return file.lastSteps }
    guard let data = try? Files.read(path, as: "learning curves") else { return [:] }
    let lastSteps = lastSteps(of: data)
    known.withLock { $0[path] = Known(date: date, byteCount: byteCount, lastSteps: lastSteps) }
    return lastSteps
  }

  /// A line says its run and its step in the columns that every file has.
  private static func lastSteps(of data: Data) -> [String: Int] {
    var steps: [String: Int] = [:]
    for line in data.split(separator: UInt8(ascii: "\n")).dropFirst() {
      let fields = line.split(
        separator: UInt8(ascii: ","), maxSplits: CurveFile.stepColumn + 1, omittingEmptySubsequences: false)
      guard fields.count > CurveFile.stepColumn else { continue }
      func text(_ column: Int) -> String { String(decoding: fields[column], as: UTF8.self) }
      guard let step = Int(text(CurveFile.stepColumn)) else { continue }
      let name = "\(text(1))-lr\(text(3))-seed\(text(4))"
      steps[name] = max(steps[name] ?? 0, step)
    }
    return steps
  }
}
