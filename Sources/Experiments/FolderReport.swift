import Curves
import Foundation
import Platform
import Reports

extension Report {
  /// A report on what lies in an experiment's folder, without training.
  ///
  /// `curves.csv` is put together anew from the curves of single runs; what it has of runs whose folders are not there
  /// stays. So is `probes.csv`, where encoders were looked into.
  ///
  /// - Throws: `InputError` if the folder, its record or its curves are missing or cannot be understood, or runs in it
  ///   cannot be compared.
  public init(folder: String) throws {
    let record = try Self.record(in: folder)
    let plan = try ExperimentPlan(record.experiment, in: folder)
    let curves = FolderCurves(folder: folder)
    var rows: [CurveRow] = []
    var analyses: [Analysis] = []
    for stage in plan.stages {
      try stage.grid.checkComparable(record, in: folder)
      let own = try curves.rows(of: stage.cells)
      guard !own.isEmpty else { continue }
      analyses.append(Analysis(study: record.study(of: stage, plan.selection), rows: own))
      rows += own
    }
    if let selection = plan.selection { try Tuning(record.experiment, folder: folder).check(selection) }
    let path = Self.curvesPath(in: folder)
    guard !analyses.isEmpty else {
      throw InputError(at: path, "no such file", expected: "learning curves, here or in \(folder)/runs")
    }
    let cells = plan.stages.flatMap(\.cells)
    if curves.haveOwn(cells) { try Files.write(CurveFile.text(rows), to: path) }
    let probes = FolderRows<ProbeRow>(folder: folder)
    let found = try probes.rows(of: cells.filter { $0.probes != nil })
    if probes.haveOwn(cells) { try Files.write(ProbeFile.text(found), to: probes.collectedPath) }
    self.init(stages: analyses, probed: found)
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
    if let stage = record.provenance.stage {
      throw InputError(
        at: folder, "holds single runs of the stage \(stage), and no experiment.json of the whole experiment",
        expected: "the experiment's file beside the folder, or `roformer run` without --only first")
    }
    if writes { try Files.write(record.text, to: ExperimentRecord.path(in: folder)) }
    return record
  }

  /// The curves of all runs in an experiment's folder.
  public static func curvesPath(in folder: String) -> String { folder + "/curves.csv" }

  /// The folders of the runs that the report of an experiment's folder is about, each with its arm's name.
  ///
  /// - Throws: `InputError` if the folder's record or selection cannot be understood.
  public static func runFolders(in folder: String) throws -> [(arm: String, path: String)] {
    let plan = try ExperimentPlan(ExperimentRecord(folder: folder).experiment, in: folder)
    let stage = plan[.evaluation] ?? plan.stages[0]
    return stage.cells.map { ($0.arm.name, RunFolder(of: $0, in: folder).path) }
  }

  /// The folder of one run in an experiment's folder; `nil` if the stage has no such cell.
  ///
  /// - Throws: `InputError` if the folder's selection cannot be understood.
  public static func runFolder(
    ofCell index: Int, _ kind: Study.Stage, of experiment: Experiment, in folder: String
  ) throws -> String? {
    let cells = try ExperimentPlan(experiment, in: folder)[kind]?.cells ?? []
    return cells.indices.contains(index) ? RunFolder(of: cells[index], in: folder).path : nil
  }
}
