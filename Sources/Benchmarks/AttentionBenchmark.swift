import Autodiff
import Kernels
import Platform

/// Times attention alone, forward and backward, against the machine's multiply-add peak.
public struct AttentionBenchmark: Codable, Sendable {
  /// Tokens that attention went through a second, forward and backward together.
  public let tokensPerSecond: Double
  /// Model operations a second, in 10⁹: 4·T·d a token forward, twice that backward; scores that are computed again do
  /// not count.
  public let modelGFLOPS: Double
  /// The multiply-add peak of as many threads, in 10⁹ operations a second.
  public let peakGFLOPS: Double
  /// The share of the time that the forward pass takes.
  public let forwardShare: Double
  /// Threads used.
  public let threads: Int

  enum CodingKeys: String, CodingKey {
    case threads
    case tokensPerSecond = "tokens_per_second"
    case modelGFLOPS = "model_gflops"
    case peakGFLOPS = "peak_gflops"
    case forwardShare = "forward_share"
  }

  /// Measures.
  ///
  /// - Parameters:
  ///   - batch: sequences.
  ///   - time: tokens a sequence.
  ///   - heads: of queries, keys and values.
  ///   - headDim: dimensions of each.
  ///   - rotates: whether queries and keys are rotated.
  ///   - threads: as many as take part.
  ///   - repetitions: timed calls, after two that are not; the median counts.
  /// - Returns: speeds.
  public static func measure(
    batch: Int, time: Int, heads: Int, headDim: Int, rotates: Bool, threads: Int, repetitions: Int = 15
  ) -> AttentionBenchmark {
    ThreadPool.shared.setThreadCount(threads)
    let peak = peakMultiplyAddRate(threads: threads)
    let shape = AttentionShape(
      batch: batch, time: time, heads: heads, headDim: headDim, stride: 3 * heads * headDim)
    let size = heads * headDim
    let x = Storage<Float>(repeating: 0.01, count: 3 * batch * time * size)
    let dx = Storage<Float>(repeating: 0, count: x.count)
    let y = Storage<Float>(repeating: 0, count: batch * time * size)
    let logSumExp = Storage<Float>(repeating: 0, count: batch * heads * time)
    let rotation = rotates ? Rotation<Float>(positionCount: time, rotatedDimensions: headDim / 2 * 2) : nil
    let options = AttentionOptions<Float>(scale: 0.125, rotation: rotation)
    func forward() {
      attention(
        query: x.pointer, key: x.pointer + size, value: x.pointer + 2 * size, shape: shape, options: options,
        into: y.pointer, logSumExp: logSumExp.pointer)
    }
    func backward() {
      attentionBackward(
        cotangent: y.pointer, query: x.pointer, key: x.pointer + size, value: x.pointer + 2 * size, output: y.pointer,
        logSumExp: logSumExp.pointer, shape: shape, options: options, dQuery: (dx.pointer, .overwrite),
        dKey: (dx.pointer + size, .overwrite), dValue: (dx.pointer + 2 * size, .overwrite))
    }
    let clock = ContinuousClock()
    var (forwards, backwards) = ([Double](), [Double]())
    for repetition in -2..<repetitions {
      let (first, second) = (clock.measure(forward) / .seconds(1), clock.measure(backward) / .seconds(1))
      guard repetition >= 0 else { continue }
      forwards.append(first)
      backwards.append(second)
    }
    let seconds = median(forwards) + median(backwards)
    let tokens = Double(batch * time)
    return AttentionBenchmark(
      tokensPerSecond: tokens / seconds, modelGFLOPS: 12 * Double(time * size) * tokens / seconds / 1e9,
      peakGFLOPS: peak / 1e9, forwardShare: median(forwards) / seconds, threads: threads)
  }
}
