import Curves
import Foundation
import Platform
import Reports
import TestSupport
import Testing

@testable import Experiments

/// A folder that holds runs of the experiment of `record()`: arms `slow` and `fast`, seeds 0 and 1.
struct StoredRunsTests {
  /// A folder with the records of some runs.
  private func folder(of stored: ExperimentRecord, runs: [Int]) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for index in runs {
      let run = RunFolder(of: stored.experiment.cells[index], in: folder.path).path
      try Files.makeFolder(run)
      try Files.write(stored.text, to: ExperimentRecord.path(in: run))
    }
    return folder
  }

  /// The fault of going on with an experiment, the folder's path left out; "" if there is none.
  private func fault(
    _ new: ExperimentRecord, in folder: TemporaryFolder, formatVersion: Int? = nil
  ) -> String {
    performing {
      var stored = try StoredRuns(folder: folder.path)
      try stored.check(
        new.experiment.cells, of: new.experiment, digests: TextDigests(new.provenance), formatVersion: formatVersion)
    }.replacing(folder.path + "/", with: "")
  }

  @Test(arguments: [
    ("training.steps=40", "training.steps is 400 there and 40 here", 3),
    ("model.dropout=0.5", "model.dropout is 0 there and 0.5 here", 3),
    ("arms.fast.theta=500", "arms.fast.theta is 10000 there and 500 here", 1),
    ("arms.1.steps=5", "arms.fast.steps is 400 there and 5 here", 1),
    ("arms.fast.position=learned", #"arms.fast.position is "rotary" there and "learned" here"#, 1),
    ("masking.cap=3", "masking.cap is not given there and 3 here", 3),
  ])
  func aRunWithOtherNumbersIsNamedWithAHint(setting: String, difference: String, others: Int) throws {
    let folder = try folder(of: record(), runs: [0, 1, 2, 3])
    let run = others == 3 ? "slow" : "fast"
    #expect(
      fault(try record([setting]), in: folder) == "runs/\(run)-lr0.001-seed0: is of another experiment: "
        + "\(difference) (and \(others.counted("run")) more); expected the same; use --out for another folder")
  }

  @Test(arguments: [
    ["seeds=[0]"], ["seeds=[1,0,7]"], ["learningRates=[0.001,0.002]"], ["learningRates=[0.002]"],
    ["targetLosses=[]"], ["targetLosses=[5,4,2]"], ["baseline=fast"], ["description=other"],
    ["training.checkpointInterval=7"], [#"arms=[{"name": "fast", "position": "rotary"}]"#],
    [#"arms=[{"name": "new", "position": "none"}, {"name": "slow", "position": "sinusoidal"}]"#],
    // Said elsewhere, and the same.
    ["training.steps=9", "arms.0.steps=400", "arms.1.steps=400"],
    // What no arm of the folder heeds.
    ["model.theta=7", "arms.fast.theta=10000", "model.positions=5000"],
  ])
  func whatDecidesNoNumberOfARunMayDiffer(settings: [String]) throws {
    let folder = try folder(of: record(), runs: [0, 1, 2, 3])
    #expect(fault(try record(settings), in: folder) == "nothing was thrown")
  }

  @Test func onlyRunsThatAreThereArePartOfIt() throws {
    let folder = try folder(of: record(), runs: [0])
    #expect(fault(try record(["arms.fast.theta=500"]), in: folder) == "nothing was thrown")
    let slow = try record(["arms.slow.dropout=0.5"])
    #expect(fault(slow, in: folder).contains("arms.slow.dropout is 0 there and 0.5 here;"))
    // The folder's own record speaks for rows whose runs' folders are gone.
    try Files.write(record().text, to: ExperimentRecord.path(in: folder.path))
    #expect(fault(try record(["arms.fast.theta=500"]), in: folder) == "nothing was thrown")
    let curves = rows(try record().experiment, slopes: [:])
    try Files.write(CurveFile.text(curves), to: Report.curvesPath(in: folder.path))
    let fast = try record(["arms.fast.theta=500"])
    #expect(fault(fast, in: folder).contains("theta is 10000 there and 500 here (and 1 run more)"))
    #expect(fault(try record(["arms.fast.theta=500", "seeds=[5]"]), in: folder) == "nothing was thrown")
  }

  /// `curves.csv` is written anew for what is asked for: rows that nothing else holds are not lost by that.
  @Test func rowsThatNothingElseHoldsAreNotLost() throws {
    let folder = try folder(of: record(), runs: [])
    try Files.write(record().text, to: ExperimentRecord.path(in: folder.path))
    let curves = rows(try record().experiment, slopes: [:])
    try Files.write(CurveFile.text(curves), to: Report.curvesPath(in: folder.path))
    func fault(_ settings: [String]) -> String {
      performing {
        var stored = try StoredRuns(folder: folder.path)
        try stored.checkKeepsRows(record(settings).experiment)
      }
    }
    #expect(fault([]) == "nothing was thrown")
    #expect(fault(["seeds=[0,1,2]"]) == "nothing was thrown")
    #expect(
      fault(["seeds=[0]"]).hasSuffix(
        "/curves.csv: alone holds the curves of 2 runs, such as fast-lr0.001-seed1, which are not asked for now; "
          + "expected an experiment that has them; use --out for another folder"))
    for index in [1, 3] {
      let cell = try record().experiment.cells[index]
      let run = RunFolder(of: cell, in: folder.path).path
      try Files.makeFolder(run)
      try Files.write(CurveFile.text(curves.filter { $0.belongs(to: cell) }), to: run + "/curve.csv")
    }
    #expect(fault(["seeds=[0]"]) == "nothing was thrown")
  }

  /// `report` has no `--out`, and so does not speak of it.
  @Test func aReportOnOtherRunsNamesWhatItCanDo() throws {
    let folder = try folder(of: record(), runs: [0])
    let other = try record(["arms.slow.dropout=0.5"]).experiment
    let text = performing { _ = try record().asking(for: other, in: folder.path) }
    #expect(text.hasSuffix("; expected the same; name the folder that holds its runs"))
  }

  @Test func textAndFormatAreComparedToo() throws {
    let folder = try folder(of: record(), runs: [1])
    var other = try record()
    other.provenance.corpusSHA256 = "d"
    #expect(fault(other, in: folder).contains("corpus's SHA-256 is \"c\" there and \"d\" here"))
    other = try record()
    other.provenance.vocabularySHA256 = "w"
    #expect(fault(other, in: folder).contains("vocabulary's SHA-256 is \"v\" there and \"w\" here"))
    // A text is known by its digest, wherever it lies.
    #expect(fault(try record(["corpus=elsewhere/text.txt"]), in: folder) == "nothing was thrown")
    #expect(fault(try record(), in: folder, formatVersion: 1).contains("has format version 2"))
    #expect(fault(try record(), in: folder, formatVersion: 2) == "nothing was thrown")
  }

  /// Cells of a grown experiment, trained one by one: the record that most runs belong to.
  @Test func theReportGoesByTheGrownRecord() throws {
    let folder = try folder(of: record(), runs: [0, 1])
    let grown = try record(["seeds=[0,1,2]"])
    let run = RunFolder(of: grown.experiment.cells[5], in: folder.path).path
    try Files.makeFolder(run)
    try Files.write(grown.text, to: ExperimentRecord.path(in: run))
    #expect(try StoredRuns(folder: folder.path).recordOfReport() == grown)
    try Files.write(record().text, to: ExperimentRecord.path(in: folder.path))
    #expect(try StoredRuns(folder: folder.path).recordOfReport() == record())
    #expect(try StoredRuns(folder: folder.path).otherCount(than: record().experiment) == 1)
  }
}
