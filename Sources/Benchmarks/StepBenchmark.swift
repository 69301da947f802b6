import Models
import Foundation
import Kernels
import Platform
import Text
import Training

/// Times whole training steps: batch, forward, backward, clip, AdamW.
public struct StepBenchmark: ThroughputBenchmark {
  /// The model that was trained.
  public let workload: Workload
  /// What the machine reached on registers alone meanwhile.
  public internal(set) var peak: Peak
  /// Tokens trained on a second, the median over windows.
  public let tokensPerSecond: Double
  /// The most memory that the process ever held, in bytes.
  public let peakMemoryBytes: Int
  /// Where the time of the timed steps goes, the longest part first; `nil` unless asked for.
  public let profile: [StepProfile.Row]?

  /// The operations of a training step, forward and backward.
  public var modelFLOPsPerToken: Double {
    workload.encoder.trainingFLOPsPerToken(
      sequenceLength: workload.sequenceLength, predictedShare: MaskingRule.bert.probability)
  }

  /// The least memory that it takes, in bytes.
  public static func memory(_ workload: Workload) -> Double {
    workload.encoder.leastTrainingMemory(batchSize: workload.batchSize, sequenceLength: workload.sequenceLength)
  }

  /// Steps before the first window.
  static let warmUpSteps = 4

  /// Measures steps on random tokens.
  ///
  /// - Parameters:
  ///   - workload: the model and the shape of its batches.
  ///   - steps: steps in a window.
  ///   - windows: windows, whose median counts.
  ///   - profiles: whether to say where the time goes, too.
  ///   - sitting: the threads that take part, and the peak.
  /// - Returns: speeds and memory.
  /// - Throws: `Divergence` if training leaves the finite numbers.
  public static func measure(
    _ workload: Workload, steps: Int = 8, windows: Int = 5, profiles: Bool = false, in sitting: inout Sitting
  ) throws -> StepBenchmark {
    let settings = TrainingConfiguration(
      steps: warmUpSteps + steps * windows, batchSize: workload.batchSize, sequenceLength: workload.sequenceLength)
    let batches = try randomBatches(workload)
    let training = ModelTraining<_, Float>(batches.objective, workload.encoder, settings, seed: 0)
    var number = 0
    func step() throws {
      number += 1
      training.profile?.beginStep()
      let batch = batches.batch(at: number)
      training.profile?.charge(.batch)
      _ = try training.step(batch, number: number, learningRate: 1e-4)
      training.profile?.endStep()
    }
    func warmUp() throws {
      for _ in 0..<warmUpSteps { try step() }
      if profiles { training.profile = StepProfile() }
    }
    let times = try sitting.measure(
      windows: windows, warmUp: warmUp, window: { try secondsTaken { for _ in 0..<steps { try step() } } })
    return StepBenchmark(
      workload: workload, peak: sitting.peak, tokensPerSecond: Double(steps * workload.tokenCount) / median(times),
      peakMemoryBytes: peakMemoryBytes(), profile: training.profile?.rows)
  }

  static func randomBatches(_ workload: Workload) throws -> BatchSource<MaskedTokenPrediction> {
    let (count, special) = (workload.vocabularySize, Vocabulary.specialTokens.count)
    precondition(count > special, "StepBenchmark: \(count) tokens, of which \(special) are special")
    let vocabulary = try Vocabulary(tokens: Vocabulary.specialTokens + (special..<count).map { "t\($0)" })
    let source = RandomSource(seed: 0, purpose: "benchmark tokens")
    let document = (0..<2 * workload.tokenCount).map {
      Int32(special + source.integer(below: count - special, at: $0))
    }
    let sequences = try SequencePacker(sequenceLength: workload.sequenceLength).pack(
      [document], vocabulary: vocabulary)
    return try BatchSource(MaskedTokenPrediction(), examples: sequences, batchSize: workload.batchSize, seed: 0)
  }

  private static func peakMemoryBytes() -> Int {
    #if os(Linux)
      // Not from `getrusage`: its maximum begins with the memory of the process that started this one.
      let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
      let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
      let kibibytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
      return (kibibytes ?? 0) * 1024
    #else
      var usage = rusage()
      getrusage(RUSAGE_SELF, &usage)
      return usage.ru_maxrss
    #endif
  }
}

// MARK: - JSON

extension StepBenchmark {
  private enum CodingKeys: String, CodingKey {
    case profile
    case peakMemoryBytes = "peak_memory_bytes"
  }

  /// Writes the workload, the peak, the speed, the memory and the profile side by side.
  public func encode(to encoder: any Encoder) throws {
    try encodeThroughput(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(peakMemoryBytes, forKey: .peakMemoryBytes)
    try container.encodeIfPresent(profile, forKey: .profile)
  }
}
