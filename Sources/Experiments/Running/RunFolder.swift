import Foundation
import Platform
import Training

/// The files of one cell, under `runs/<arm>-lr<rate>-seed<k>/`.
struct RunFolder {
  let path: String

  init(of cell: Cell, in folder: String) {
    path = "\(folder)/runs/\(cell.folderName)"
  }

  var checkpoint: String { path + "/checkpoint.safetensors" }
  var curve: String { path + "/curve.csv" }

  /// How far a run came and what proves that it is comparable, as `status.json` holds it.
  struct Status: Codable, Equatable {
    /// How a run stands.
    enum State: String, Codable {
      case running, finished, diverged
    }

    var state: State
    var step: Int
    var digests: RunDigests
    /// Where and what diverged.
    var divergence: String?
  }

  /// The status, or `nil` if the run has not begun or its file is damaged.
  var status: Status? {
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: path + "/status.json")) else { return nil }
    return try? JSONDecoder().decode(Status.self, from: data)
  }

  func write(_ status: Status) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try Files.write(encoder.encode(status) + Data("\n".utf8), to: path + "/status.json")
  }

  func writeCurve(_ rows: [CurveRow]) throws {
    try Files.write(CurveFile.text(rows), to: curve)
  }

  /// Whether nothing is left to do: finished or diverged, with its curve.
  var isDone: Bool {
    guard let status, status.state != .running else { return false }
    return Files.exists(curve)
  }
}
