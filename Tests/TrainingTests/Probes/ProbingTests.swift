import Curves
import Platform
import Testing

@testable import Training

/// Probes that look into an encoder while it is trained; serialized, since threads are set.
@Suite(.serialized)
struct ProbingTests {
  /// Looks are taken at validations, at the interval and at both ends.
  @Test func looksAreAtTheInterval() throws {
    let trainer = try TrainingFixture.trainer(steps: 27, probeInterval: 10)
    var told: [ProbeReading] = []
    _ = try trainer.run(onPoint: { point, reading in
      guard let reading else { return }
      #expect(reading.step == point.step && point[.validationLoss] != nil)
      told.append(reading)
    })
    #expect(trainer.readings.map(\.step) == [0, 10, 20, 27])
    #expect(told == trainer.readings)
    #expect(Set(told[0].values.map(\.probe)) == Set(EncoderProbes.names))
    #expect(told.allSatisfy { $0.values.count == told[0].values.count && $0.values.allSatisfy(\.value.isFinite) })
    // The encoder changes, and so does what is seen of it.
    #expect(Set(told.map { "\($0.values.map(\.value))" }).count == told.count)
  }

  /// With probes and without them a training is the same to the bit.
  @Test func probesChangeNothing() throws {
    let (plain, probed) = (
      try TrainingFixture.trainer(steps: 20), try TrainingFixture.trainer(steps: 20, probeInterval: 5)
    )
    for trainer in [plain, probed] { _ = try trainer.run() }
    #expect(plain.readings.isEmpty && probed.readings.count == 5)
    #expect(plain.points.timeless == probed.points.timeless)
    #expect(plain.training.store.digest() == probed.training.store.digest())
    #expect(plain.digests == probed.digests)
  }

  @Test func theNumberOfThreadsChangesNoBit() throws {
    let before = ThreadPool.shared.threadCount
    defer { ThreadPool.shared.setThreadCount(before) }
    let readings = try [1, 2, 5].map { threads in
      ThreadPool.shared.setThreadCount(threads)
      let trainer = try TrainingFixture.trainer(steps: 10, probeInterval: 5)
      _ = try trainer.run()
      return trainer.readings
    }
    #expect(readings[1] == readings[0] && readings[2] == readings[0])
  }

  // MARK: - In a checkpoint

  private let readings = [
    ProbeReading(step: 0, values: [ProbeValue(probe: "b", value: 0.1), ProbeValue(probe: "a", layer: 1, value: -2)]),
    ProbeReading(step: 5, values: [ProbeValue(probe: "a", layer: 0, head: 3, value: 1e-30)]),
  ]

  @Test func aTableReadsBack() throws {
    let table = ProbeTable(readings)
    #expect(table.names == ["b", "a"])
    #expect(table.numbers.count == 3 * ProbeTable.columnCount)
    #expect(try #require(ProbeTable(names: table.names, numbers: table.numbers)).readings == readings)
  }

  @Test(arguments: [
    [-1, 0, 0, 0, 1], [0.5, 0, 0, 0, 1], [0, 2, 0, 0, 1], [0, -1, 0, 0, 1], [0, 0, -2, 0, 1], [0, 0, 0, -2, 1],
    [.nan, 0, 0, 0, 1], [0, 0, .infinity, 0, 1], [5, 0, 0, 0, 1, 4, 0, 0, 0, 1],
  ])
  func aDamagedTableIsNone(numbers: [Double]) {
    #expect(ProbeTable(names: ["a", "b"], numbers: numbers) == nil)
  }
}
