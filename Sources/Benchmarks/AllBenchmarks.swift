/// All that can be timed of a workload, against one peak.
public struct AllBenchmarks: Encodable, Sendable {
  /// Whole training steps.
  public private(set) var step: StepBenchmark
  /// Matrix products.
  public private(set) var gemm: GEMMBenchmark
  /// Attention.
  public private(set) var attention: AttentionBenchmark

  /// The least memory that they take, in bytes: that of the one which takes the most.
  public static func memory(_ workload: Workload) -> Double {
    max(StepBenchmark.memory(workload), GEMMBenchmark.memory(workload), AttentionBenchmark.memory(workload))
  }

  /// Measures.
  ///
  /// - Parameters:
  ///   - workload: the model and the shape of its batches.
  ///   - steps: steps in a window of steps.
  ///   - windows: windows of each.
  ///   - seconds: how long a window of attention takes, and a turn of a product.
  ///   - profiles: whether to say where the time of a step goes, too.
  ///   - sitting: the threads that take part, and the peak.
  /// - Returns: everything, compared with the peak of the whole sitting.
  /// - Throws: as `StepBenchmark.measure`.
  public static func measure(
    _ workload: Workload, steps: Int = 8, windows: Int = 5, seconds: Double = 0.1, profiles: Bool = false,
    in sitting: inout Sitting
  ) throws -> AllBenchmarks {
    // Steps come first: the most memory that the process ever held is theirs then.
    let step = try StepBenchmark.measure(workload, steps: steps, windows: windows, profiles: profiles, in: &sitting)
    var all = AllBenchmarks(
      step: step, gemm: .measure(workload, windows: windows, seconds: seconds, in: &sitting),
      attention: .measure(workload, windows: windows, seconds: seconds, in: &sitting))
    (all.step.peak, all.gemm.peak, all.attention.peak) = (sitting.peak, sitting.peak, sitting.peak)
    return all
  }
}
