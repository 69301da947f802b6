import Curves
import Foundation
import Platform
import Reports

extension Report {
  /// A report on what lies in an experiment's folder, without training.
  ///
  /// `curves.csv` is put together anew from the curves of single runs; what it has of runs whose folders are not there
  /// stays.
  ///
  /// - Throws: `InputError` if the folder, its record or its curves are missing or cannot be understood, or runs in it
  ///   cannot be compared.
  public init(folder: String) throws {
    let record = try Self.record(in: folder)
    let experiment = record.experiment
    try experiment.checkComparable(record, in: folder)
    let path = Self.curvesPath(in: folder)
    let found = try Self.collectCurves(of: experiment, in: folder)
    let known = found.count < experiment.cells.count && Files.exists(path) ? try CurveFile.read(path) : []
    guard !found.isEmpty || !known.isEmpty else {
      throw InputError(at: path, "no such file", expected: "learning curves, here or in \(folder)/runs")
    }
    let rows = experiment.cells.flatMap { cell in
      found[cell.index] ?? known.filter { $0.belongs(to: cell) }.sorted { $0.point.step < $1.point.step }
    }
    if !found.isEmpty { try Files.write(CurveFile.text(rows), to: path) }
    self.init(Analysis(study: record.study, rows: rows))
  }

  /// Makes the report of a folder and writes its files, one process at a time.
  ///
  /// - Parameters:
  ///   - folder: the experiment's folder.
  ///   - experiment: what the report is to be about: the runs, arms and targets that it asks for, as far as they are
  ///     there. The folder's record becomes the record of it. By default, what was asked for last.
  ///   - notice: told of another process that is waited for.
  /// - Returns: the report and the paths of its files.
  /// - Throws: `InputError` as `init(folder:)`, if the runs are of another experiment, or if the folder cannot be
  ///   written.
  public static func make(
    in folder: String, of experiment: Experiment? = nil, notice: (String) -> Void = { _ in }
  ) throws -> (report: Report, files: [String]) {
    var record = try record(in: folder, writes: false)
    if let experiment { record = try record.asking(for: experiment, in: folder) }
    let lock = try ProcessLock.take(folder + "/report.lock", waits: true, notice: notice)
    defer { lock?.release() }
    if experiment != nil { try Files.write(record.text, to: ExperimentRecord.path(in: folder)) }
    let report = try Report(folder: folder)
    return (report, try report.write(to: folder))
  }

  /// The record of an experiment's folder, taken from one of its runs if single cells alone were trained there.
  private static func record(in folder: String, writes: Bool = true) throws -> ExperimentRecord {
    let stored = try StoredRuns(folder: folder)
    if let whole = stored.whole { return whole }
    guard let record = try stored.recordOfReport() else { return try ExperimentRecord(folder: folder) }
    if writes { try Files.write(record.text, to: ExperimentRecord.path(in: folder)) }
    return record
  }

  /// The curves of all runs in an experiment's folder.
  public static func curvesPath(in folder: String) -> String { folder + "/curves.csv" }

  /// The folder of one run in an experiment's folder.
  public static func runFolder(of cell: Cell, in folder: String) -> String { RunFolder(of: cell, in: folder).path }

  /// The curves of the runs in an experiment's folder, by the cell's number, each by step.
  ///
  /// A last line that is not whole is that of a run that is under way, or was killed; it is passed over.
  private static func collectCurves(of experiment: Experiment, in folder: String) throws -> [Int: [CurveRow]] {
    var curves: [Int: [CurveRow]] = [:]
    for cell in experiment.cells {
      let path = RunFolder(of: cell, in: folder).curve
      guard Files.exists(path) else { continue }
      curves[cell.index] = try CurveFile.read(path, isGrowing: true).filter { $0.belongs(to: cell) }
        .sorted { $0.point.step < $1.point.step }
    }
    return curves
  }
}
