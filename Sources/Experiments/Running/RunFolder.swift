import Curves
import Foundation
import Platform
import Reports
import Training

/// The files of one cell, under `runs/<arm>-lr<rate>-seed<k>/`.
struct RunFolder {
  let path: String
  /// The curve for TensorBoard, if it is wanted.
  let events: EventFile?
  private let cell: Cell
  /// The experiment's folder, whose tables of all runs may hold this one's rows where its own files are gone.
  private let folder: String

  init(of cell: Cell, in folder: String, writesEvents: Bool = false) {
    self.cell = cell
    self.folder = folder
    path = "\(folder)/runs/\(cell.folderName)"
    events = writesEvents ? EventFile(folder: path) : nil
  }

  var checkpoints: CheckpointFiles { SavedModel.checkpoints(in: path) }
  var curve: String { path + "/" + CurveRow.ownFile }
  var probes: String { path + "/" + ProbeRow.ownFile }
  /// The curves of all runs.
  private var collected: String { folder + "/" + CurveRow.collectedFile }
  /// Held by the process that trains the run.
  var lock: String { path + "/lock" }

  /// How far a run came and what proves that it is comparable, as `status.json` holds it.
  struct Status: Codable, Equatable {
    /// How a run stands.
    enum State: String, Codable {
      case running, finished, diverged
    }

    var state: State
    var step: Int
    var digests: RunDigests
    /// The rule by which a finished run ended before its steps were done; `nil` if it took them all.
    var stop: Stop?
    /// SHA-256 of the weights at the end of a finished run.
    var finalWeights: String?
    /// Where and what diverged.
    var divergence: String?
  }

  /// A rule by which a run has ended, as `TargetStop`.
  struct Stop: Codable, Equatable {
    var target: Double
    var extraSteps: Int
  }

  /// The status, or `nil` if the run has not begun or its file is damaged.
  var status: Status? {
    guard let data = try? Files.read(path + "/status.json", as: "status") else { return nil }
    return try? JSONDecoder().decode(Status.self, from: data)
  }

  func write(_ status: Status) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try Files.write(encoder.encode(status) + Data("\n".utf8), to: path + "/status.json")
  }

  /// Writes the curve anew.
  func writeCurve(_ rows: [CurveRow]) throws {
    try Files.write(CurveFile.text(rows), to: curve)
    try events?.write(rows.map(\.point))
  }

  /// Makes the curve that is there the one that TensorBoard sees.
  func writeEvents() throws {
    try events?.write(
      CurveFile.read(Files.exists(curve) ? curve : collected).filter { $0.belongs(to: cell) }.map(\.point))
  }

  /// Writes what probes found anew.
  func writeProbes(_ rows: [ProbeRow]) throws { try Files.write(ProbeFile.text(rows), to: probes) }

  /// Adds what probes found; as `appendToCurve`.
  func appendToProbes(_ rows: [ProbeRow]) throws {
    try Files.append(rows.map { ProbeFile.line($0) + "\n" }.joined(), to: probes)
  }

  /// Adds a row; until the next checkpoint it may be lost or torn, as the curve is written anew from there.
  func appendToCurve(_ row: CurveRow) throws {
    try Files.append(CurveFile.line(row) + "\n", to: curve)
    try events?.append(row.point)
  }

  /// The step of the curve's last whole row; 0 if there is none.
  var lastStep: Int { lastStep(in: curve) }

  /// The step of a table's last whole row; 0 if there is none.
  ///
  /// Both tables begin with the same columns.
  private func lastStep(in table: String) -> Int {
    guard let data = try? Files.read(table, as: "a run's table") else { return 0 }
    let lines = data.suffix(4096).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast()
    let fields = lines.last?.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) ?? []
    guard fields.count > CurveFile.stepColumn else { return 0 }
    let step = Int(String(decoding: fields[CurveFile.stepColumn], as: UTF8.self)) ?? 0
    return min(max(0, step), cell.training.steps)
  }

  /// Whether nothing is left to do: finished or diverged, with its curve.
  ///
  /// A run that ended after its targets has more to do once a lower target is asked for, more steps after it, or the whole
  /// budget.
  /// A folder that was published keeps the status of each run, and all curves in one file.
  var isDone: Bool {
    guard let status, status.state != .running else { return false }
    if let stop = status.stop {
      guard let asked = cell.stop, asked.target >= stop.target, asked.extraSteps <= stop.extraSteps else {
        return false
      }
    }
    // The curve of a finished run that was cut off is made whole by going on from the checkpoint.
    guard isWhole(curve, or: collected, to: status.step, status) else { return false }
    guard let probed = cell.lastProbedStep(of: status.step) else { return true }
    return isWhole(probes, or: folder + "/" + ProbeRow.collectedFile, to: probed, status)
  }

  /// Whether a table of the run, or that of all runs where its own is gone, holds its rows: of a finished run the last.
  private func isWhole(_ table: String, or collected: String, to last: Int, _ status: Status) -> Bool {
    guard Files.exists(table) else {
      guard let step = CollectedRuns.lastSteps(in: collected)[cell.folderName] else { return false }
      return status.state != .finished || step == last
    }
    return status.state != .finished || lastStep(in: table) == last
  }
}
