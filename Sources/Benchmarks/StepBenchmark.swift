import Encoders
import Foundation
import Kernels
import Platform
import Text
import Training

/// Times whole training steps: batch, forward, backward, clip, AdamW.
public struct StepBenchmark: Codable, Sendable {
  /// Tokens trained on a second, the median over windows.
  public let tokensPerSecond: Double
  /// Model operations a second, in 10⁹; what is computed again in the backward pass does not count.
  public let modelGFLOPS: Double
  /// The multiply-add peak of as many threads, in 10⁹ operations a second.
  public let peakGFLOPS: Double
  /// Threads used.
  public let threads: Int
  /// The most memory that the process ever held, in bytes.
  public let peakMemoryBytes: Int
  /// Where the time of the timed steps goes, the longest part first; `nil` unless asked for.
  public let profile: [StepProfile.Row]?

  enum CodingKeys: String, CodingKey {
    case threads, profile
    case tokensPerSecond = "tokens_per_second"
    case modelGFLOPS = "model_gflops"
    case peakGFLOPS = "peak_gflops"
    case peakMemoryBytes = "peak_memory_bytes"
  }

  /// Measures steps on random tokens.
  ///
  /// - Parameters:
  ///   - encoder: the model.
  ///   - batchSize: sequences a step.
  ///   - sequenceLength: tokens a sequence.
  ///   - threads: as many as take part.
  ///   - steps: steps in a window.
  ///   - windows: windows, after four steps or more to warm up.
  ///   - profiles: whether to say where the time goes, too.
  /// - Returns: speeds and memory.
  /// - Throws: `InputError` if the sizes do not fit together.
  public static func measure(
    encoder: EncoderConfiguration, batchSize: Int, sequenceLength: Int, threads: Int, steps: Int, windows: Int,
    profiles: Bool = false
  ) throws -> StepBenchmark {
    ThreadPool.shared.setThreadCount(threads)
    let peak = peakMultiplyAddRate(threads: threads)
    let settings = TrainingConfiguration(
      steps: 4 + steps * windows, batchSize: batchSize, sequenceLength: sequenceLength)
    let batches = try randomBatches(encoder, settings)
    let training = ModelTraining<Float>(encoder, settings, seed: 0)
    var number = 0
    func step() throws {
      number += 1
      training.profile?.beginStep()
      let batch = batches.batch(at: number)
      training.profile?.charge(.batch)
      _ = try training.step(batch, number: number, learningRate: 1e-4)
      training.profile?.endStep()
    }
    for _ in 0..<4 { try step() }
    if profiles { training.profile = StepProfile() }
    let clock = ContinuousClock()
    let tokens = Double(steps * batchSize * sequenceLength)
    let rates = try (0..<windows).map { _ in
      let duration = try clock.measure { for _ in 0..<steps { try step() } }
      return tokens / (duration / .seconds(1))
    }
    let rate = median(rates)
    return StepBenchmark(
      tokensPerSecond: rate,
      modelGFLOPS: rate * encoder.trainingFLOPsPerToken(sequenceLength: sequenceLength) / 1e9,
      peakGFLOPS: peak / 1e9, threads: threads, peakMemoryBytes: peakMemoryBytes(),
      profile: training.profile?.rows)
  }

  private static func randomBatches(
    _ encoder: EncoderConfiguration, _ settings: TrainingConfiguration
  ) throws -> BatchSource {
    let count = encoder.vocabularySize
    guard count > Vocabulary.specialTokens.count else {
      throw InputError(at: "--vocabulary", "is \(count)", expected: "more than the special tokens")
    }
    let vocabulary = try Vocabulary(
      tokens: Vocabulary.specialTokens + (Vocabulary.specialTokens.count..<count).map { "t\($0)" })
    let source = RandomSource(seed: 0, purpose: "benchmark tokens")
    let special = Vocabulary.specialTokens.count
    let document = (0..<2 * settings.batchSize * settings.sequenceLength).map {
      Int32(special + source.integer(below: count - special, at: $0))
    }
    let sequences = try SequencePacker(sequenceLength: settings.sequenceLength).pack(
      [document], vocabulary: vocabulary)
    return try BatchSource(
      sequences: sequences, vocabulary: vocabulary, batchSize: settings.batchSize, seed: 0)
  }

  private static func peakMemoryBytes() -> Int {
    var usage = rusage()
    #if canImport(Darwin)
      getrusage(RUSAGE_SELF, &usage)
      return usage.ru_maxrss
    #else
      getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
      return usage.ru_maxrss * 1024
    #endif
  }
}
