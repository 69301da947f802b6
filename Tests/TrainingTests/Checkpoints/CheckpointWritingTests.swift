import Foundation
import Models
import Platform
import TestSupport
import Testing

@testable import Training

/// How a checkpoint comes to the disk.
struct CheckpointWritingTests {
  /// In a process of its own, so that what other tests hold does not count.
  @Test func aCheckpointIsNeverWholeInMemory() async {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      let files = CheckpointFiles(folder.path + "/checkpoint.safetensors")
      var encoder = TrainingFixture.encoder
      (encoder.vocabularySize, encoder.embeddingSize) = (12_000, 128)
      let trainer = try TrainingFixture.trainer(steps: 1, encoder: encoder, checkpoints: files)
      let before = peakBytes()
      try trainer.save()
      let taken = peakBytes() - before
      let byteCount = try Files.read(files.newest, as: "checkpoint").count
      precondition(byteCount > 16 << 20)
      precondition(taken < byteCount / 2, "took \(taken) bytes for \(byteCount)")
    }
  }

  /// The run may go on while the file is flushed; until that is done, the file is not there.
  @Test func theModelIsLetGoBeforeTheFileIsInItsPlace() throws {
    let folder = try TemporaryFolder()
    let trainer = try TrainingFixture.trainer(steps: 1)
    let identity = RunIdentity(seed: 0, peakLearningRate: 1, settings: TrainingConfiguration(), sequenceCount: 1)
    let checkpoint = Checkpoint(step: 0, tokens: 0, elapsedSeconds: 0, identity: identity, digests: trainer.digests)
    let path = folder.path + "/checkpoint"
    let weights = trainer.training.store.digest()
    var wasThere: [Bool] = []
    try checkpoint.write(trainer.training, to: path) {
      wasThere.append(Files.exists(path))
      // What changes from here on is the next checkpoint's.
      for parameter in trainer.training.store.parameters {
        parameter.weight.update { $0.update(repeating: 7) }
      }
    }
    #expect(wasThere == [false] && Files.exists(path))
    try CheckpointChecksum.check(path)
    let other = try TrainingFixture.trainer(steps: 1)
    _ = try Checkpoint.read(path, into: other.training)
    #expect(other.training.store.digest() == weights)
  }

  @Test func secondsBeforeTrainingDoNotCount() throws {
    let folder = try TemporaryFolder()
    let files = CheckpointFiles(folder.path + "/checkpoint.safetensors")
    let trainer = try TrainingFixture.trainer(steps: 1, checkpoints: files)
    Thread.sleep(forTimeInterval: 0.05)
    try trainer.save()
    #expect(try Checkpoint.read(files.newest, into: trainer.training).elapsedSeconds == 0)
  }
}

/// The most memory that the process ever held, where the system tells it.
private func peakBytes() -> Int {
  let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
  let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
  return (line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0) * 1024
}
