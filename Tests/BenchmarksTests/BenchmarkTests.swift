import Benchmarks
import Encoders
import Foundation
import Platform
import Testing

/// Serialized, since benchmarks change how many threads the shared pool has.
@Suite(.serialized)
struct BenchmarkTests {
  @Test func stepReportsWhatTheContractNames() throws {
    let before = ThreadPool.shared.threadCount
    defer { ThreadPool.shared.setThreadCount(before) }
    let encoder = EncoderConfiguration(
      vocabularySize: 50, layerCount: 1, hiddenSize: 16, headCount: 2, position: .rotary(.init()))
    let result = try StepBenchmark.measure(
      encoder: encoder, batchSize: 3, sequenceLength: 9, threads: 1, steps: 1, windows: 2)
    let json = try #require(try JSONSerialization.jsonObject(with: JSONEncoder().encode(result)) as? [String: Any])
    #expect(
      Set(json.keys) == ["tokens_per_second", "model_gflops", "peak_gflops", "threads", "peak_memory_bytes"])
    let expected = result.tokensPerSecond * encoder.trainingFLOPsPerToken(sequenceLength: 9) / 1e9
    #expect(abs(result.modelGFLOPS - expected) < 1e-9 * expected)
  }

  @Test func aProfileIsThereWhenAskedFor() throws {
    let before = ThreadPool.shared.threadCount
    defer { ThreadPool.shared.setThreadCount(before) }
    let encoder = EncoderConfiguration(
      vocabularySize: 50, layerCount: 1, hiddenSize: 16, headCount: 2, position: .rotary(.init()))
    let result = try StepBenchmark.measure(
      encoder: encoder, batchSize: 3, sequenceLength: 9, threads: 1, steps: 1, windows: 2, profiles: true)
    let json = try #require(try JSONSerialization.jsonObject(with: JSONEncoder().encode(result)) as? [String: Any])
    let rows = try #require(json["profile"] as? [[String: Any]])
    #expect(rows.allSatisfy { Set($0.keys) == ["part", "share", "seconds_per_step"] })
    let shares = rows.compactMap { $0["share"] as? Double }
    #expect(shares.count == rows.count && abs(shares.reduce(0, +) - 1) < 1e-12)
    #expect(rows.contains { $0["part"] as? String == "batch" })
  }

  @Test func productsReportTheirShapes() {
    let before = ThreadPool.shared.threadCount
    defer { ThreadPool.shared.setThreadCount(before) }
    let result = GEMMBenchmark.measure(
      threads: 2, shapes: [.init(m: 7, n: 11, k: 13, transposesB: true)], repetitions: 3)
    #expect(result.products.map { [$0.m, $0.n, $0.k] } == [[7, 11, 13]])
    #expect(result.products[0].gflops > 0)
  }
}
