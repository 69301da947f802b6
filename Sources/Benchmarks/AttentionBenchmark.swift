import Autodiff
import Models
import Kernels

/// Times attention alone, forward and backward, against the machine's multiply-add peak.
public struct AttentionBenchmark: ThroughputBenchmark {
  /// The model whose attention was timed.
  public let workload: Workload
  /// What the machine reached on registers alone meanwhile.
  public internal(set) var peak: Peak
  /// Tokens that attention went through a second, forward and backward together.
  public let tokensPerSecond: Double
  /// The share of the time that the forward pass takes.
  public let forwardShare: Double

  /// 4·T·d operations forward, twice that backward.
  public var modelFLOPsPerToken: Double { 12 * Double(workload.sequenceLength * workload.encoder.hiddenSize) }

  /// The memory that it takes, in bytes: queries, keys, values, their gradients, the output and a number a row; what is
  /// added to scores is left out.
  public static func memory(_ workload: Workload) -> Double {
    let encoder = workload.encoder
    return 4 * Double(workload.tokenCount) * Double(7 * encoder.hiddenSize + encoder.headCount)
  }

  /// Measures the attention of one layer.
  ///
  /// - Parameters:
  ///   - workload: the model; queries and keys are rotated, and scores added to, if its position encoding does so.
  ///   - windows: between which the peak is sampled.
  ///   - seconds: how long a window takes; one call at least. The median over all calls counts.
  ///   - sitting: the threads that take part, and the peak.
  /// - Returns: speeds.
  public static func measure(
    _ workload: Workload, windows: Int = 5, seconds: Double = 0.1, in sitting: inout Sitting
  ) -> AttentionBenchmark {
    let encoder = workload.encoder
    let (batch, time, size) = (workload.batchSize, workload.sequenceLength, encoder.hiddenSize)
    let shape = AttentionShape(
      batch: batch, time: time, heads: encoder.headCount, headDim: encoder.headDim, stride: 3 * size)
    let x = TimedMemory(repeating: 0.01, count: 3 * batch * time * size)
    let dx = TimedMemory(repeating: 0, count: x.count)
    let y = TimedMemory(repeating: 0, count: batch * time * size)
    let logSumExp = TimedMemory(repeating: 0, count: batch * encoder.headCount * time)
    let positions = ParameterStore<Float>(seed: 1)
    let addition = encoder.position.scheme.scoreBias(positions.scope(), encoder)?(time).elements
    let bias = addition.map { elements in
      let memory = TimedMemory(repeating: 0, count: elements.count)
      for (i, element) in elements.enumerated() { memory.pointer[i] = element }
      return memory
    }
    // What is not trained needs no gradient.
    let dBias = positions.parameters.isEmpty ? nil : bias.map { TimedMemory(repeating: 0, count: $0.count) }
    let options = AttentionOptions<Float>(
      scale: 1 / Float(encoder.headDim).squareRoot(), bias: bias.map { UnsafePointer($0.pointer) },
      rotation: encoder.rotation(Float.self, positionCount: time))
    func forward() {
      attention(
        query: x.pointer, key: x.pointer + size, value: x.pointer + 2 * size, shape: shape, options: options,
        into: y.pointer, logSumExp: logSumExp.pointer)
    }
    func backward() {
      attentionBackward(
        cotangent: y.pointer, query: x.pointer, key: x.pointer + size, value: x.pointer + 2 * size, output: y.pointer,
        logSumExp: logSumExp.pointer, shape: shape, options: options, dQuery: (dx.pointer, .overwrite),
        dKey: (dx.pointer + size, .overwrite), dValue: (dx.pointer + 2 * size, .overwrite),
        dBias: dBias.map { ($0.pointer, .overwrite) })
    }
    func passes() -> (forward: Double, backward: Double) { (secondsTaken(by: forward), secondsTaken(by: backward)) }
    let times = withExtendedLifetime(bias) {
      sitting.measure(windows: windows, warmUp: { _ = passes() }, window: { results(of: passes, for: seconds) })
    }.flatMap(\.self)
    let (forwards, backwards) = (median(times.map(\.forward)), median(times.map(\.backward)))
    return AttentionBenchmark(
      workload: workload, peak: sitting.peak, tokensPerSecond: Double(batch * time) / (forwards + backwards),
      forwardShare: forwards / (forwards + backwards))
  }
}

// MARK: - JSON

extension AttentionBenchmark {
  private enum CodingKeys: String, CodingKey {
    case forwardShare = "forward_share"
  }

  /// Writes the workload, the peak, the speed and the forward pass's share side by side.
  public func encode(to encoder: any Encoder) throws {
    try encodeThroughput(to: encoder, without: .vocabularySize)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(forwardShare, forKey: .forwardShare)
  }
}
