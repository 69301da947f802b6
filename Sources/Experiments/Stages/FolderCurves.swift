import Curves
import Platform
import Reports

/// The learning curves that lie in an experiment's folder: those of the runs' own folders, and, where these are gone, those
/// of `curves.csv`.
final class FolderCurves {
  /// The experiment's folder.
  let folder: String
  /// The rows of `curves.csv` by run, read when they are wanted.
  private var collected: [RunKey: [CurveRow]]?

  /// The curves in a folder.
  init(folder: String) {
    self.folder = folder
  }

  /// The rows of some cells, in the order of the cells, each by step.
  ///
  /// A last line that is not whole is that of a run that is under way, or was killed; it is passed over.
  ///
  /// - Parameter cells: the runs.
  /// - Returns: their rows; none for a run that has not begun.
  /// - Throws: `InputError` if a file cannot be understood.
  func rows(of cells: [Cell]) throws -> [CurveRow] {
    try cells.flatMap { cell in
      let path = RunFolder(of: cell, in: folder).curve
      let rows =
        Files.exists(path)
        ? try CurveFile.read(path, isGrowing: true).filter { $0.belongs(to: cell) } : try collectedRows(of: cell)
      return rows.sorted { $0.point.step < $1.point.step }
    }
  }

  /// Whether a run has a curve of its own, so that `curves.csv` is to be put together anew.
  func haveOwn(_ cells: [Cell]) -> Bool { cells.contains { Files.exists(RunFolder(of: $0, in: folder).curve) } }

  private func collectedRows(of cell: Cell) throws -> [CurveRow] {
    if let collected { return collected[cell.key] ?? [] }
    let path = Report.curvesPath(in: folder)
    let rows = Files.exists(path) ? try CurveFile.read(path) : []
    let grouped = Dictionary(grouping: rows, by: \.run)
    collected = grouped
    return grouped[cell.key] ?? []
  }
}
