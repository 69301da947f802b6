import Curves
import Platform
import Reports

/// A row of a table that every run writes by itself, and an experiment's folder collects.
protocol RunRow {
  /// The run's own file, in its folder.
  static var ownFile: String { get }
  /// The file of all runs, in the experiment's folder.
  static var collectedFile: String { get }
  /// The rows of a file.
  static func read(_ path: String, isGrowing: Bool) throws -> [Self]
  /// The run that the row is of.
  var run: RunKey { get }
  /// The optimizer step that it is of.
  var step: Int { get }
}

extension CurveRow: RunRow {
  static var ownFile: String { "curve.csv" }
  static var collectedFile: String { "curves.csv" }
  static func read(_ path: String, isGrowing: Bool) throws -> [CurveRow] {
    try CurveFile.read(path, isGrowing: isGrowing)
  }
  var step: Int { point.step }
}

extension ProbeRow: RunRow {
  static var ownFile: String { "probes.csv" }
  static var collectedFile: String { "probes.csv" }
  static func read(_ path: String, isGrowing: Bool) throws -> [ProbeRow] {
    try ProbeFile.read(path, isGrowing: isGrowing)
  }
}

/// The learning curves that lie in an experiment's folder.
typealias FolderCurves = FolderRows<CurveRow>

/// The rows that lie in an experiment's folder: those of the runs' own folders, and, where these are gone, those of the
/// file of all runs.
final class FolderRows<Row: RunRow> {
  /// The experiment's folder.
  let folder: String
  /// The rows of the file of all runs, by run, read when they are wanted.
  private var collected: [RunKey: [Row]]?

  /// The rows in a folder.
  init(folder: String) {
    self.folder = folder
  }

  /// The file of all runs.
  var collectedPath: String { folder + "/" + Row.collectedFile }

  /// The rows of some cells, in the order of the cells, each by step.
  ///
  /// A last line that is not whole is that of a run that is under way, or was killed; it is passed over.
  ///
  /// - Parameter cells: the runs.
  /// - Returns: their rows; none for a run that has not begun.
  /// - Throws: `InputError` if a file cannot be understood.
  func rows(of cells: [Cell]) throws -> [Row] {
    try cells.flatMap { cell in
      let path = ownPath(of: cell)
      let rows =
        Files.exists(path)
        ? try Row.read(path, isGrowing: true).filter { $0.run == cell.key } : try collectedRows(of: cell)
      // Equal steps stay in the order in which they were written.
      return rows.enumerated().sorted { ($0.element.step, $0.offset) < ($1.element.step, $1.offset) }.map(\.element)
    }
  }

  /// Whether a run has a file of its own, so that the file of all is to be put together anew.
  func haveOwn(_ cells: [Cell]) -> Bool { cells.contains { Files.exists(ownPath(of: $0)) } }

  private func ownPath(of cell: Cell) -> String { RunFolder(of: cell, in: folder).path + "/" + Row.ownFile }

  private func collectedRows(of cell: Cell) throws -> [Row] {
    if let collected { return collected[cell.key] ?? [] }
    let rows = Files.exists(collectedPath) ? try Row.read(collectedPath, isGrowing: false) : []
    let grouped = Dictionary(grouping: rows, by: \.run)
    collected = grouped
    return grouped[cell.key] ?? []
  }
}
