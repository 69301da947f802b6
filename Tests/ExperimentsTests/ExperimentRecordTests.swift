import Curves
import Foundation
import Platform
import Reports
import TestSupport
import Testing

@testable import Experiments

struct ExperimentRecordTests {
  @Test func theRecordReadsBackAndRunsAgain() throws {
    let folder = try TemporaryFolder()
    let record = try record()
    let path = ExperimentRecord.path(in: folder.path)
    try Files.write(record.text, to: path)
    #expect(try ExperimentRecord(folder: folder.path) == record)
    #expect(try Experiment(file: path) == record.experiment)
  }

  @Test func aStudyHasTheGridAndTheFormulasFLOPs() throws {
    let record = try record()
    let study = record.study(of: Stage(.evaluation, record.experiment))
    #expect(study.cells.map(\.name) == record.experiment.cells.map(\.folderName))
    #expect(study.arms.map(\.steps) == [400, 400] && study.arms.map(\.parameterCount) == [10, 10])
    // 3·(2·(24·128² + 4·128·128) + 0.15·(2·128² + 2·128·100)), the design's formula.
    let (trunk, head): (Double, Double) = (2 * (393216 + 65536), 0.15 * (32768 + 25600))
    #expect(abs(study.arms[0].flopsPerToken - 3 * (trunk + head)) < 1e-3)
  }

  @Test func aReportIsMadeAnewFromTheFolder() throws {
    let folder = try TemporaryFolder()
    let record = try record()
    let curves = rows(record.experiment, slopes: ["slow": 0.6, "fast": 1.2])
    try Files.write(record.text, to: ExperimentRecord.path(in: folder.path))
    #expect(
      performing { _ = try Report(folder: folder.path) }.contains(
        "curves.csv: no such file; expected learning curves, here or in"))
    for cell in record.experiment.cells {
      let run = RunFolder(of: cell, in: folder.path).path
      try Files.makeFolder(run)
      try Files.write(CurveFile.text(curves.filter { $0.belongs(to: cell) }), to: run + "/curve.csv")
    }
    let first = try Report(folder: folder.path)
    #expect(try Files.readText(folder.path + "/curves.csv", as: "curves") == CurveFile.text(curves))
    try FileManager.default.removeItem(atPath: folder.path + "/runs")
    let second = try Report(folder: folder.path)
    #expect(first.summaryCSV == second.summaryCSV)
    #expect(try second.write(to: folder.path).allSatisfy(Files.exists))
  }

  @Test func rowsOfRunsWhoseFoldersAreGoneStay() throws {
    let folder = try TemporaryFolder()
    let record = try record()
    let curves = rows(record.experiment, slopes: ["slow": 0.6, "fast": 1.2])
    try Files.write(record.text, to: ExperimentRecord.path(in: folder.path))
    try Files.write(CurveFile.text(curves), to: Report.curvesPath(in: folder.path))
    let run = RunFolder(of: record.experiment.cells[1], in: folder.path).path
    try Files.makeFolder(run)
    // A run that goes on: its last line is not whole yet.
    let text = CurveFile.text(curves.filter { $0.belongs(to: record.experiment.cells[1]) }.prefix(3))
    try Files.write(text + "x,slow,sinusoidal,0.001,1,1", to: run + "/curve.csv")
    let report = try Report(folder: folder.path)
    #expect(report.analysis.runs.map { $0.points.count } == [9, 3, 9, 9])
    #expect(report.table.contains("is not finished: 100 of 400 steps"))
    #expect(try CurveFile.read(Report.curvesPath(in: folder.path)).count == 30)
  }

  @Test func aRunOfAnotherExperimentIsNamed() throws {
    let folder = try TemporaryFolder()
    let record = try record()
    try Files.write(record.text, to: ExperimentRecord.path(in: folder.path))
    let run = RunFolder(of: record.experiment.cells[0], in: folder.path).path
    try Files.makeFolder(run)
    let other = try ExperimentsTests.record(["training.steps=9"])
    try Files.write(other.text, to: ExperimentRecord.path(in: run))
    #expect(
      performing { _ = try Report(folder: folder.path) }.contains(
        "is of another experiment: training.steps is 9 there and 400 here"))
  }

  @Test func anotherBuildJoinsTheRecordAndReplacesNothing() throws {
    var stored = try record()
    (stored.provenance.compiler, stored.provenance.numericsSHA256) = ("Swift 6.3", "n")
    var other = stored
    // Neither the bytes of the program's file nor where it lies decide a bit.
    other.provenance.executableSHA256 = "f"
    #expect(!other.continuing(stored).isOtherBuild)
    #expect(other.continuing(stored).record == stored)
    for change in [\ExperimentRecord.Provenance.programVersion, \.buildTarget] {
      var changed = stored
      changed.provenance[keyPath: change] = "other"
      #expect(changed.continuing(stored).isOtherBuild)
    }
    for change in [\ExperimentRecord.Provenance.compiler, \.numericsSHA256] {
      var changed = stored
      changed.provenance[keyPath: change] = "other"
      #expect(changed.continuing(stored).isOtherBuild)
    }
    // An old record does not say what its build computes; the same file is the same build.
    var old = stored
    (old.provenance.compiler, old.provenance.numericsSHA256) = (nil, nil)
    #expect(!stored.continuing(old).isOtherBuild)
    #expect(other.continuing(old).isOtherBuild)
    other.provenance.numericsSHA256 = "m"
    #expect(other.continuing(stored).isOtherBuild)
    let joined = other.continuing(stored).record
    #expect(joined.provenance.firstBuild == stored.provenance.firstBuild)
    #expect(joined.provenance.laterBuilds == [other.provenance.firstBuild])
    #expect(other.continuing(joined).record == joined)
    #expect(stored.continuing(stored).record == stored)
    #expect(!stored.continuing(joined).isOtherBuild)
  }

  @Test func foldersWithoutARecordAreNamed() throws {
    #expect(performing { _ = try Report(folder: "/no/such") }.hasPrefix("/no/such: no such folder"))
    let folder = try TemporaryFolder()
    #expect(performing { _ = try Report(folder: folder.path) }.contains("experiment.json: no such file"))
    let path = ExperimentRecord.path(in: folder.path)
    try Files.write(minimal, to: path)
    #expect(performing { _ = try Report(folder: folder.path) }.contains("has no provenance"))
    let text = try record().text
    try Files.write(text.replacing("\"formatVersion\": 2", with: "\"formatVersion\": 9"), to: path)
    #expect(performing { _ = try Report(folder: folder.path) }.contains("formatVersion is 9"))
    try Files.write(text.replacing("\"formatVersion\": 2", with: "\"formatVersion\": \"a\""), to: path)
    #expect(performing { _ = try Report(folder: folder.path) }.contains("cannot be understood"))
  }
}
