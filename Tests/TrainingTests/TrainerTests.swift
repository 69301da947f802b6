import Models
import Foundation
import Platform
import Testing
import Training

/// Serialized, since it changes how many threads the shared pool has.
@Suite(.serialized)
struct TrainerTests {
  @Test func learnsWhatCanBeLearned() throws {
    let before = ThreadPool.shared.threadCount
    defer { ThreadPool.shared.setThreadCount(before) }
    ThreadPool.shared.setThreadCount(1)
    let trainer = try TrainingFixture.trainer(steps: 400)
    #expect(try trainer.run() == .finished)
    let first = try #require(trainer.points.first?[.validationLoss])
    let last = try #require(trainer.points.last?[.validationLoss])
    #expect(abs(first - log(24)) < 0.2, "an untrained model knows nothing")
    #expect(last < 2, "a rule of the text was not learned: \(last)")
  }

  @Test func theFirstAndTheLastStepAreLogged() throws {
    let trainer = try TrainingFixture.trainer(steps: 7)
    _ = try trainer.run()
    #expect(trainer.points.map(\.step) == [0, 1, 2, 4, 5, 6, 7])
    #expect(trainer.points.map { $0[.validationLoss] != nil } == [true, false, false, false, true, false, true])
    #expect(trainer.points.last?.tokens == 7 * 4 * 16)
  }

  @Test func theNumberOfThreadsChangesNoBit() throws {
    let before = ThreadPool.shared.threadCount
    defer { ThreadPool.shared.setThreadCount(before) }
    let curves = try [1, 2, 3, 8].map { threads in
      ThreadPool.shared.setThreadCount(threads)
      let trainer = try TrainingFixture.trainer(steps: 12)
      _ = try trainer.run()
      return (trainer.points.timeless, trainer.training.store.digest())
    }
    for curve in curves.dropFirst() {
      #expect(curve.0 == curves[0].0)
      #expect(curve.1 == curves[0].1)
    }
  }

  @Test func armsOfOneSeedShareBatchesAndWeights() throws {
    let positions: [PositionEncoding] = [
      .none, .sinusoidal(.learned), .learned(positionCount: 16), .rotary(.init()), .alibi, .relative,
      .untied(positionCount: 16),
    ]
    let digests = try positions.map { position in
      var encoder = TrainingFixture.encoder
      encoder.position = position
      let trainer = try TrainingFixture.trainer(steps: 3, encoder: encoder)
      _ = try trainer.run()
      return trainer.digests
    }
    #expect(Set(digests.map(\.batches)).count == 1)
    #expect(Set(digests.map(\.initialWeights)).count == 1)
    let other = try TrainingFixture.trainer(steps: 3, seed: 1)
    _ = try other.run()
    #expect(other.digests.batches != digests[0].batches)
    #expect(other.digests.initialWeights != digests[0].initialWeights)
  }

  @Test func aLossThatIsNotFiniteEndsTheRun() throws {
    let data = try TrainingFixture.data()
    var settings = TrainingFixture.settings(steps: 50)
    settings.warmupSteps = 1
    let trainer = Trainer(
      encoder: TrainingFixture.encoder, settings: settings, peakLearningRate: 1e30, seed: 0, batches: data.batches,
      validation: data.validation)
    guard case .diverged(let divergence) = try trainer.run() else {
      Issue.record("the run did not diverge")
      return
    }
    #expect(divergence.step <= 4)
    #expect(trainer.points.last?[.trainingLoss]?.isNaN == true)
  }

  /// In a process of its own, so that what other tests hold does not count.
  @Test func memoryIsFlat() async {
    await #expect(processExitsWith: .success) {
      ThreadPool.shared.setThreadCount(1)
      let trainer = try TrainingFixture.trainer(steps: 600)
      var early = 0
      var late = 0
      _ = try trainer.run(
        onStep: { _, _ in
          if trainer.step == 200 { early = residentBytes() }
          if trainer.step == 600 { late = residentBytes() }
        })
      #expect(late - early < 2 << 20, "grew by \(late - early) bytes over 400 steps")
    }
  }
}

/// Resident memory, where the system tells it.
private func residentBytes() -> Int {
  guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return 0 }
  return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 4096
}
