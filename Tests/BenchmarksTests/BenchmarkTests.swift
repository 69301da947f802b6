import Kernels
import Models
import Foundation
import Platform
import Testing
import Training

@testable import Benchmarks

/// Serialized, since benchmarks change how many threads the shared pool has.
@Suite(.serialized)
struct BenchmarkTests {
  private let workload = Workload(preset: .tiny, batchSize: 3, sequenceLength: 9, vocabularySize: 50)

  private func json(_ result: some Encodable) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: JSONEncoder().encode(result)) as? [String: Any])
  }

  /// What every result says of itself.
  private let conditions: Set = [
    "preset", "batch", "length", "vocabulary", "position", "threads", "build_target", "peak_gflops", "peak_gflops_min",
    "peak_gflops_max",
  ]

  private func expectConditions(_ json: [String: Any], threads: Int = 1) {
    #expect(json["preset"] as? String == "tiny" && json["batch"] as? Int == 3 && json["length"] as? Int == 9)
    #expect([nil, "rotary"].contains(json["position"] as? String) && [nil, 50].contains(json["vocabulary"] as? Int))
    #expect(json["threads"] as? Int == threads && json["build_target"] as? String == BuildInformation.target)
  }

  private func number(_ json: [String: Any], _ key: String) throws -> Double {
    try #require(json[key] as? Double, "\(key)")
  }

  private func expectEqual(_ a: Double, _ b: Double, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(abs(a - b) <= 1e-12 * abs(b), sourceLocation: sourceLocation)
  }

  // MARK: - Steps

  @Test func stepReportsWhatTheContractNames() throws {
    var sitting = Sitting(threads: 1, samplePeak: FakePeak(100, 125, 110).sample)
    let result = try json(StepBenchmark.measure(workload, steps: 1, windows: 2, in: &sitting))
    #expect(
      Set(result.keys)
        == conditions.union(["tokens_per_second", "model_gflops", "share_of_peak", "peak_memory_bytes"]))
    expectConditions(result)
    #expect(try number(result, "peak_gflops") == 125 && number(result, "peak_gflops_max") == 125)
    #expect(try number(result, "peak_gflops_min") == 100)
    // 3·(L·(24d² + 4Td) + 0.15·(2d² + 2dV)) operations a token.
    let (l, d, t, v) = (2.0, 128.0, 9.0, 50.0)
    let operations = 3 * (l * (24 * d * d + 4 * t * d) + 0.15 * (2 * d * d + 2 * d * v))
    expectEqual(try number(result, "model_gflops"), try number(result, "tokens_per_second") * operations / 1e9)
    expectEqual(try number(result, "share_of_peak") * 125, try number(result, "model_gflops"))
    // The weights alone, their gradients and both moments take 16 bytes a number.
    let weights = Double(MaskedTokenPrediction().parameterCount(of: workload.encoder))
    #expect(try number(result, "peak_memory_bytes") > 16 * weights)
  }

  /// The speed is that of the windows: no more tokens went through than the time that the test took lets through.
  @Test func windowsCountTheirTokens() throws {
    var sitting = Sitting(threads: 1, samplePeak: FakePeak(1).sample)
    var speed = 0.0
    let wall = try secondsTaken {
      speed = try StepBenchmark.measure(workload, steps: 3, windows: 1, in: &sitting).tokensPerSecond
    }
    #expect(speed >= 3 * 3 * 9 / wall)
  }

  @Test func aProfileIsThereWhenAskedFor() throws {
    var sitting = Sitting(threads: 1, samplePeak: FakePeak(1).sample)
    let result = try json(StepBenchmark.measure(workload, steps: 1, windows: 2, profiles: true, in: &sitting))
    let rows = try #require(result["profile"] as? [[String: Any]])
    let shares = rows.compactMap { $0["share"] as? Double }
    #expect(shares.count == rows.count && abs(shares.reduce(0, +) - 1) < 1e-12)
    for row in rows {
      let passes = ["forward_seconds_per_step", "backward_seconds_per_step"].compactMap { row[$0] as? Double }
      if passes.isEmpty { continue }
      #expect(passes.count == 2, "\(row)")
      expectEqual(passes.reduce(0, +), try number(row, "seconds_per_step"))
    }
    #expect(rows.contains { $0["part"] as? String == "batch" })
  }

  @Test func aVocabularyOfSpecialTokensAloneIsRefused() async {
    await #expect(processExitsWith: .failure) {
      _ = try StepBenchmark.randomBatches(Workload(preset: .tiny, vocabularySize: 5))
    }
  }

  // MARK: - Kernels

  @Test func productsReportTheirShapes() throws {
    var sitting = Sitting(threads: 2, samplePeak: FakePeak(30, 50, 40).sample)
    let measured = GEMMBenchmark.measure(workload, windows: 1, seconds: 0, in: &sitting)
    let result = try json(measured)
    #expect(Set(result.keys) == conditions.subtracting(["position"]).union(["products"]))
    expectConditions(result, threads: 2)
    let products = try #require(result["products"] as? [[String: Any]])
    let shapes = ProductShape.squares + workload.products
    #expect(products.map { $0["label"] as? String } == shapes.map(\.label))
    #expect(shapes[..<4].allSatisfy { $0.label == "1024³" && $0.operationCount == 0x1p31 })
    #expect(Set(shapes[..<4].map { [$0.transposesA, $0.transposesB] }).count == 4)
    for (product, shape) in zip(products, shapes) {
      #expect(
        Set(product.keys) == [
          "label", "m", "n", "k", "transposes_a", "transposes_b", "gflops", "gflops_min", "gflops_p95", "gflops_max",
          "share_of_peak", "share_of_peak_p95",
        ])
      #expect(["m", "n", "k"].map { product[$0] as? Int } == [shape.m, shape.n, shape.k])
      #expect(product["transposes_a"] as? Bool == shape.transposesA)
      #expect(product["transposes_b"] as? Bool == shape.transposesB)
      expectEqual(try number(product, "share_of_peak") * 50, try number(product, "gflops"))
    }
  }

  /// A product of 7 × 11 × 13 in 1, 2 and 4 microseconds.
  @Test func theMedianTimeOfAProductCounts() {
    let shape = ProductShape(label: "x", m: 7, n: 11, k: 13, transposesA: false, transposesB: false)
    let product = GEMMBenchmark.Product(shape, seconds: [4e-6, 1e-6, 2e-6])
    expectEqual(product.speed.median, 1.001)
    expectEqual(product.speed.lowest, 0.5005)
    expectEqual(product.speed.highest, 2.002)
    #expect(median([4, 1]) == 2.5 && median([3, 1, 2]) == 2)
  }

  /// Calls of 1 to 200 nanoseconds, of one operation each.
  @Test func theBestCallsAreThe95thOfAHundred() {
    func range(_ nanoseconds: [Int]) -> SpeedRange {
      SpeedRange(operationCount: 1, seconds: nanoseconds.map { Double($0) * 1e-9 })
    }
    let many = range((1...200).shuffled())
    expectEqual(many.lowest, 1 / 200)
    expectEqual(many.median, 1 / 100.5)
    expectEqual(many.best, 1 / 11)
    expectEqual(many.highest, 1)
    expectEqual(range([7]).best, 1 / 7)
    expectEqual(range([1, 4]).best, 1)
    expectEqual(range([1, 2, 3, 4, 5]).best, 1)
  }

  @Test func theKernelReportsSharesOfThePeak() throws {
    var sitting = Sitting(threads: 2, samplePeak: FakePeak(30, 50, 40).sample)
    let result = try json(KernelBenchmark.measure(windows: 2, seconds: 0, in: &sitting))
    let rows = try #require(result["kernels"] as? [[String: Any]])
    #expect(rows.count == TimedMicroKernel.Layout.allCases.count * TimedMicroKernel.Place.allCases.count)
    for row in rows {
      expectEqual(try number(row, "share_of_peak") * 50, try number(row, "gflops"))
      expectEqual(try number(row, "share_of_peak_p95") * 50, try number(row, "gflops_p95"))
      let ordered = try ["gflops_min", "gflops", "gflops_p95", "gflops_max"].map { try number(row, $0) }
      #expect(ordered == ordered.sorted())
      #expect(["rows", "columns", "depth"].allSatisfy { row[$0] as? Int ?? 0 > 0 })
    }
  }

  @Test(arguments: ["rotary", "none"]) func attentionReportsItsShare(position: String) throws {
    var workload = workload
    workload.position = try #require(PositionFamily(rawValue: position))
    var sitting = Sitting(threads: 1, samplePeak: FakePeak(80).sample)
    let result = try json(AttentionBenchmark.measure(workload, windows: 2, seconds: 0, in: &sitting))
    #expect(
      Set(result.keys)
        == conditions.subtracting(["vocabulary"])
        .union(["tokens_per_second", "model_gflops", "share_of_peak", "forward_share"]))
    #expect(result["position"] as? String == position)
    // Scores and mixtures are 4·T·d operations a token forward, and twice that backward.
    expectEqual(try number(result, "model_gflops"), try number(result, "tokens_per_second") * 12 * 9 * 128 / 1e9)
    expectEqual(try number(result, "share_of_peak") * 80, try number(result, "model_gflops"))
    let share = try number(result, "forward_share")
    #expect(share > 0 && share < 1)
  }

  // MARK: - Memory

  /// What is timed alone takes what it works with: the weights and moments of a step are none of its.
  @Test func productsAndAttentionTakeLessThanSteps() {
    let workload = Workload(preset: .base, batchSize: 1, sequenceLength: 128, vocabularySize: 1_000_000)
    // The largest product is that with the table of the vocabulary, for 19 masked tokens; the next ones are small.
    let scores = 4.0 * 1e6 * (768 + 19)
    #expect((scores..<1.1 * scores).contains(GEMMBenchmark.memory(workload)))
    #expect(AttentionBenchmark.memory(workload) == 4 * 128 * (7 * 768 + 12))
    #expect(StepBenchmark.memory(workload) > 16 * 1e6 * 768)
    #expect(AllBenchmarks.memory(workload) == StepBenchmark.memory(workload))
  }

  // MARK: - All

  /// Every part is compared with the largest sample, wherever in the sitting that was: here the very last one.
  @Test func allAreComparedWithOnePeak() throws {
    let fake = FakePeak(10, 20, 30, 40, 50, 60, 5)
    var sitting = Sitting(threads: 1, samplePeak: fake.sample)
    let all = try AllBenchmarks.measure(workload, steps: 1, windows: 1, seconds: 0, in: &sitting)
    #expect(fake.threadCounts.count == 6)
    let parts = try json(all)
    #expect(Set(parts.keys) == ["step", "gemm", "attention"])
    for part in parts.values {
      let part = try #require(part as? [String: Any])
      expectConditions(part)
      #expect(try number(part, "peak_gflops") == 60 && number(part, "peak_gflops_min") == 10)
      guard part["share_of_peak"] != nil else { continue }
      expectEqual(try number(part, "share_of_peak") * 60, try number(part, "model_gflops"))
    }
  }
}
