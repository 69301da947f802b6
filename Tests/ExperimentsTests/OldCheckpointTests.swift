import Curves
import Foundation
import Platform
import TestSupport
import Testing

@testable import Experiments

/// A checkpoint that commit 6baa96a wrote: of before measures were a list and checkpoints stated an objective.
///
/// `Tests/Fixtures/checkpoint` holds the experiment, its text, the checkpoint of step 10 and the curve to step 20.
struct OldCheckpointTests {
  @Test func aRunGoesOnFromIt() throws {
    let fixture = PackageFile.fixture("checkpoint")
    let experiment = try Experiment(
      file: fixture + "/experiment.json", settings: ["corpus=\(fixture)/text.txt"])
    let folder = try TemporaryFolder()
    let cell = experiment.cells[0]
    let files = RunFolder(of: cell, in: folder.path)
    try Files.makeFolder(files.path)
    try FileManager.default.copyItem(atPath: fixture + "/checkpoint.safetensors", toPath: files.checkpoints.newest)
    #expect(try run(experiment, in: folder.path) == .finished)

    let expected = try CurveFile.read(fixture + "/curves.csv")
    let rows = try CurveFile.read(folder.path + "/curves.csv")
    #expect(rows.map(\.point.step) == expected.map(\.point.step))
    for (row, expected) in zip(rows, expected) {
      // What the checkpoint holds comes back as it is; the rest was computed by another build.
      let tolerance = expected.point.step <= 10 ? 0 : 1e-4
      #expect(row.point.measured.keys == expected.point.measured.keys)
      for (measure, value) in expected.point.measured {
        #expect(abs(try #require(row.point[measure]) - value) <= tolerance, "\(measure.name) at \(row.point.step)")
      }
    }
    #expect(rows.prefix(8).map(\.point) == Array(expected.prefix(8).map(\.point)))
  }

  /// It says what model it is of, so that another is refused all the same.
  @Test func anotherThetaIsRefused() throws {
    let fixture = PackageFile.fixture("checkpoint")
    let experiment = try Experiment(
      file: fixture + "/experiment.json",
      settings: ["corpus=\(fixture)/text.txt", #"arms=[{"name": "rotary", "position": "rotary", "theta": 100}]"#])
    let folder = try TemporaryFolder()
    let files = RunFolder(of: experiment.cells[0], in: folder.path)
    try Files.makeFolder(files.path)
    try FileManager.default.copyItem(atPath: fixture + "/checkpoint.safetensors", toPath: files.checkpoints.newest)
    let text = performing { _ = try run(experiment, in: folder.path) }
    #expect(text.contains("is of another run: the model's position.rotary.theta was 500 and is 100"), "\(text)")
  }
}
