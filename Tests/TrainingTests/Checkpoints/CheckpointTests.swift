import Curves
import Models
import Foundation
import Platform
import TestSupport
import Testing

@testable import Training

/// Runs that are cut short and gone on with; whatever happens, the end has the bits of an undisturbed run.
struct CheckpointTests {
  private static let steps = 14

  /// What a run came to: its curve but for the seconds, its weights, its batches.
  private struct End: Equatable {
    let points: [CurvePoint]
    let readings: [ProbeReading]
    let weights: String
    let digests: RunDigests

    init(_ trainer: Trainer<MaskedTokenPrediction>) {
      points = trainer.points.timeless
      readings = trainer.readings
      weights = trainer.training.store.digest()
      digests = trainer.digests
    }
  }

  private struct Killed: Error {}

  private func undisturbed() throws -> End {
    let trainer = try TrainingFixture.trainer(steps: Self.steps, probeInterval: 5)
    _ = try trainer.run()
    return End(trainer)
  }

  private func inFolder(_ body: (CheckpointFiles) throws -> Void) throws {
    try withExtendedLifetime(TemporaryFolder()) { try body(CheckpointFiles($0.path + "/checkpoint.safetensors")) }
  }

  private func trainer(_ files: CheckpointFiles) throws -> Trainer<MaskedTokenPrediction> {
    try TrainingFixture.trainer(steps: Self.steps, probeInterval: 5, checkpoints: files)
  }

  /// Trains to a step and stops there as a killed process does; only what was saved before is left.
  private func trainAndKill(_ files: CheckpointFiles, at step: Int, saving: Bool = false) throws {
    let first = try trainer(files)
    #expect(throws: Killed.self) {
      try first.run(onStep: { _, _ in
        guard first.step == step else { return }
        // The step is done, and its point is still to come.
        if saving { try first.save() }
        throw Killed()
      })
    }
  }

  private func goOn(_ files: CheckpointFiles) throws -> (end: End, warnings: [String]) {
    var warnings: [String] = []
    let second = try trainer(files)
    try second.resume { warnings.append($0) }
    #expect(try second.run() == .finished)
    return (End(second), warnings)
  }

  @Test func stoppingBetweenStepsChangesNoBit() throws {
    let whole = try undisturbed()
    for stop in [1, 5, 9, 13] {
      try inFolder { files in
        let first = try trainer(files)
        #expect(try first.run(shouldStop: { first.step == stop }) == .interrupted)
        #expect(first.step == stop)
        #expect(try goOn(files).end == whole, "stopped at \(stop)")
      }
    }
  }

  @Test(arguments: [1, 3, 4, 5, 11, 14], [false, true])
  func beingKilledAtAStepChangesNoBit(step: Int, saving: Bool) throws {
    try inFolder { files in
      try trainAndKill(files, at: step, saving: saving)
      let (end, warnings) = try goOn(files)
      #expect(try end == undisturbed())
      #expect(warnings.isEmpty)
    }
  }

  @Test func secondsGoOnFromWhereTheyWere() throws {
    try inFolder { files in
      let first = try trainer(files)
      _ = try first.run(
        shouldStop: { first.step == 6 }, onStep: { _, _ in if first.step == 2 { Thread.sleep(forTimeInterval: 0.3) } })
      let second = try trainer(files)
      try second.resume()
      _ = try second.run()
      #expect(second.points.map(\.elapsedSeconds) == second.points.map(\.elapsedSeconds).sorted())
      #expect(second.points.first { $0.step == 8 }!.elapsedSeconds > 0.3)
    }
  }

  @Test func itIsSavedByAnotherThreadWhileItTrains() async throws {
    let folder = try TemporaryFolder()
    let files = CheckpointFiles(folder.path + "/checkpoint.safetensors")
    let first = try trainer(files)
    let saver = Task.detached { for _ in 0..<40 { try first.save() } }
    _ = try first.run(shouldStop: { first.step == 10 })
    try await saver.value
    #expect(try goOn(files).end == undisturbed())
  }

  /// What can happen to a file.
  enum Mishap: CaseIterable {
    case emptied, halved, lastByteLost, headerByteFlipped, weightByteFlipped, lastByteFlipped, checksumFlipped

    func apply(to data: inout Data) {
      switch self {
      case .emptied: data.removeAll()
      case .halved: data.removeLast(data.count / 2)
      case .lastByteLost: data.removeLast()
      case .headerByteFlipped: data[200] ^= 1
      case .weightByteFlipped: data[data.count / 2] ^= 0x10
      case .lastByteFlipped: data[data.count - 1] ^= 0x80
      case .checksumFlipped: data[data.range(of: Data("checksum64:".utf8))!.upperBound] ^= 1
      }
    }
  }

  @Test(arguments: Mishap.allCases) func aDamagedCheckpointGivesWayToTheOneBefore(mishap: Mishap) throws {
    try inFolder { files in
      try trainAndKill(files, at: 13)
      var data = try Data(contentsOf: URL(fileURLWithPath: files.newest))
      mishap.apply(to: &data)
      try data.write(to: URL(fileURLWithPath: files.newest))
      let (end, warnings) = try goOn(files)
      #expect(try end == undisturbed())
      #expect(warnings.count == 1)
      #expect(warnings.first?.hasPrefix(files.newest) == true)
      #expect(warnings.first?.contains("going on from the one before") == true)
      #expect(try Data(contentsOf: URL(fileURLWithPath: files.newest + CheckpointFiles.damagedSuffix)) == data)
    }
  }

  @Test func withBothDamagedItBeginsAnew() throws {
    try inFolder { files in
      try trainAndKill(files, at: 13)
      for path in [files.newest, files.previous] { try Files.write("x", to: path) }
      let (end, warnings) = try goOn(files)
      #expect(try end == undisturbed())
      #expect(warnings.count == 2)
      #expect(warnings.last?.contains("going on from the beginning") == true)
    }
  }

  @Test func aCheckpointLostBetweenTwoRenamesIsTheOneBefore() throws {
    try inFolder { files in
      try trainAndKill(files, at: 13)
      try Files.move(files.newest, to: files.previous)
      let (end, warnings) = try goOn(files)
      #expect(try end == undisturbed())
      #expect(warnings.isEmpty)
    }
  }

  @Test func anotherRunsCheckpointIsRefused() throws {
    try inFolder { files in
      try trainAndKill(files, at: 13)
      func refusal(_ trainer: Trainer<MaskedTokenPrediction>) -> String {
        (#expect(throws: InputError.self) { try trainer.resume() })?.description ?? ""
      }
      #expect(
        refusal(try TrainingFixture.trainer(steps: 14, seed: 1, checkpoints: files)).contains("the seed was 0 and is 1")
      )
      #expect(
        refusal(try TrainingFixture.trainer(steps: 14, peakLearningRate: 1, checkpoints: files)).contains(
          "the learning rate was 0.003 and is 1.0"))
      #expect(
        refusal(try TrainingFixture.trainer(steps: 15, checkpoints: files)).contains(
          "the training's steps was 14 and is 15"))
    }
  }

  /// What decides the numbers and leaves every tensor's shape as it is.
  @Test func anotherModelOrObjectiveOfTheSameShapesIsRefused() throws {
    try inFolder { files in
      try trainAndKill(files, at: 13)
      func refusal(
        _ objective: MaskedTokenPrediction = MaskedTokenPrediction(),
        _ change: (inout EncoderConfiguration) -> Void = { _ in }
      ) throws -> String {
        var encoder = TrainingFixture.encoder
        change(&encoder)
        let trainer = try TrainingFixture.trainer(
          steps: Self.steps, encoder: encoder, objective: objective, checkpoints: files)
        let fresh = trainer.training.store.digest()
        let text = performing { try trainer.resume() }
        #expect(trainer.training.store.digest() == fresh && trainer.step == 0)
        return text
      }
      let start = "\(files.newest): is of another run: "
      let end = "; expected the same; use --out for another folder"
      #expect(
        try refusal { $0.position = .rotary(.init(theta: 500)) }
          == start + "the model's position.rotary.theta was 10000 and is 500" + end)
      #expect(try refusal { $0.headCount = 4 } == start + "the model's headCount was 2 and is 4" + end)
      #expect(try refusal { $0.dropout = 0.5 } == start + "the model's dropout was 0 and is 0.5" + end)
      #expect(
        try refusal(MaskedTokenPrediction(MaskingRule(probability: 0.5)))
          == start + "the objective's masking.probability was 0.15 and is 0.5" + end)
      #expect(
        try refusal(MaskedTokenPrediction(MaskingRule(cap: 3)))
          == start + "the objective's masking.cap was not set and is 3" + end)
      #expect(try refusal { $0.vocabularySize = 25 } == start + "the model's vocabularySize was 24 and is 25" + end)
    }
  }

  /// Files of before they stated an objective or the measures of their curve.
  @Test func whatAnOldFileDoesNotSayIsNotCompared() throws {
    try inFolder { files in
      try trainAndKill(files, at: 13)
      var data = try Data(contentsOf: URL(fileURLWithPath: files.newest))
      // Keys that nobody asks for, of the same lengths.
      for (text, other) in [("\"objective\"", "\"abjective\""), ("measures\\\"", "measured\\\"")] {
        let range = try #require(data.range(of: Data(text.utf8)), "\(text)")
        data.replaceSubrange(range, with: Data(other.utf8))
      }
      try CheckpointChecksum.stamp(&data)
      try Files.write(data, to: files.newest)
      #expect(try goOn(files).end == undisturbed())
    }
  }

  @Test func anotherVersionIsRefused() throws {
    try inFolder { files in
      let trainer = try trainer(files)
      let points = [CurvePoint(step: 0, tokens: 0, elapsedSeconds: 0)]
      let identity = RunIdentity(seed: 0, peakLearningRate: 1, settings: TrainingConfiguration(), sequenceCount: 1)
      try Checkpoint(
        formatVersion: 3, step: 0, tokens: 0, elapsedSeconds: 0, identity: identity, digests: trainer.digests,
        points: points
      ).write(trainer.training, to: files.newest)
      let error = #expect(throws: InputError.self) { try trainer.resume() }
      #expect(error?.description.contains("has format version 3; expected 2") == true)
    }
  }
}

extension [CurvePoint] {
  /// The points without the seconds, the only column that may differ between runs.
  var timeless: [CurvePoint] {
    map { point in
      var point = point
      point.elapsedSeconds = 0
      return point
    }
  }
}
