import Foundation
import Platform

/// The report of an experiment: tables, pictures and a finding, all from its record and its curves.
public struct Report: Sendable {
  /// The statistics that everything here says.
  public let analysis: Analysis

  /// A report on an experiment's statistics.
  public init(_ analysis: Analysis) {
    self.analysis = analysis
  }

  /// A report on what lies in an experiment's folder, without training.
  ///
  /// Where the folder has curves of single runs, `curves.csv` is put together anew from them.
  ///
  /// - Throws: `InputError` if the folder, its record or its curves are missing or cannot be understood.
  public init(folder: String) throws {
    let record = try Self.record(in: folder)
    var rows = try Self.collectCurves(of: record.experiment, in: folder)
    if rows.isEmpty {
      rows = try CurveFile.read(Self.curvesPath(in: folder))
    } else {
      try Files.write(CurveFile.text(rows), to: Self.curvesPath(in: folder))
    }
    self.init(Analysis(record: record, rows: rows))
  }

  /// The record of an experiment's folder, taken from one of its runs if single cells alone were trained there.
  private static func record(in folder: String) throws -> ExperimentRecord {
    let runs = folder + "/runs"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: runs))?.sorted() ?? []
    guard !Files.exists(ExperimentRecord.path(in: folder)),
      let run = names.first(where: { Files.exists(ExperimentRecord.path(in: "\(runs)/\($0)")) })
    else { return try ExperimentRecord(folder: folder) }
    let record = try ExperimentRecord(folder: "\(runs)/\(run)")
    try Files.write(record.text, to: ExperimentRecord.path(in: folder))
    return record
  }

  /// The curves of all runs in an experiment's folder.
  public static func curvesPath(in folder: String) -> String { folder + "/curves.csv" }

  /// The folder of one run in an experiment's folder.
  public static func runFolder(of cell: Cell, in folder: String) -> String { RunFolder(of: cell, in: folder).path }

  /// The curves of the runs in an experiment's folder, by cell, then by step.
  ///
  /// - Parameters:
  ///   - experiment: whose cells to look for.
  ///   - folder: the experiment's folder, with a `curve.csv` in each run's folder.
  /// - Returns: the rows; none for a run that has no curve yet.
  /// - Throws: `InputError` for a curve that cannot be understood.
  public static func collectCurves(of experiment: Experiment, in folder: String) throws -> [CurveRow] {
    try experiment.cells.flatMap { cell in
      let path = RunFolder(of: cell, in: folder).curve
      guard Files.exists(path) else { return [CurveRow]() }
      return try CurveFile.read(path).filter { $0.belongs(to: cell) }.sorted { $0.point.step < $1.point.step }
    }
  }

  /// What was found, in one sentence.
  public var finding: String { Finding(analysis: analysis).sentence }
  /// A table for a terminal.
  public var table: String { Summary(analysis: analysis).terminal }
  /// The text of `summary.csv`.
  public var summaryCSV: String { SummaryFile.text(analysis) }
  /// The text of `summary.md`.
  public var summaryMarkdown: String { Summary(analysis: analysis).markdown }
  /// The text of `curves.svg`.
  public var curvesSVG: String { CurvePicture(analysis: analysis).svg }
  /// The text of `speedup.svg`.
  public var speedUpSVG: String { SpeedUpPicture(analysis: analysis).svg }

  /// Writes `summary.csv`, `summary.md`, `curves.svg` and `speedup.svg`.
  ///
  /// - Returns: the paths of the files.
  /// - Throws: `InputError` if the folder cannot be written.
  @discardableResult
  public func write(to folder: String) throws -> [String] {
    try [
      ("summary.csv", summaryCSV), ("summary.md", summaryMarkdown), ("curves.svg", curvesSVG),
      ("speedup.svg", speedUpSVG),
    ].map { name, text in
      try Files.write(text, to: "\(folder)/\(name)")
      return "\(folder)/\(name)"
    }
  }
}
