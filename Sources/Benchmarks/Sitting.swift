import Kernels
import Platform

/// One sitting of benchmarks: as many threads throughout, and the machine's multiply-add peak sampled all along.
///
/// A virtual machine's clock varies, and neighbours take their part of a core, so one sample of the peak says little. It
/// is sampled before, between and after all that is timed, and the largest sample counts. One core is sampled by itself,
/// too, which tells of neighbours who never leave.
public struct Sitting {
  /// How many threads take part.
  public let threads: Int
  /// How many cores there are for them.
  public let cores: Int
  private let samplePeak: (_ threads: Int) -> Double
  private var samples: [Double] = []
  private var oneCoreSamples: [Double] = []

  /// A sitting in which nothing has been timed yet.
  ///
  /// - Parameters:
  ///   - threads: as many as take part.
  ///   - cores: as many as there are for them.
  ///   - samplePeak: the operations a second that some threads reach, each on a core of its own.
  public init(
    threads: Int, cores: Int = ThreadPool.coreCount,
    samplePeak: @escaping (_ threads: Int) -> Double = { peakMultiplyAddRate(threads: $0, seconds: 0.05) }
  ) {
    self.threads = threads
    self.cores = cores
    self.samplePeak = samplePeak
  }

  /// The peak as far as it has been sampled.
  public var peak: Peak {
    Peak(threads: threads, cores: usedCores, samples: samples, oneCore: oneCoreSamples.max())
  }

  /// Times windows, the peak sampled before, between and after them.
  ///
  /// - Parameters:
  ///   - windows: how many.
  ///   - warmUp: what comes before, untimed.
  ///   - window: does the work of a window and says what it measured.
  /// - Returns: what the windows measured.
  mutating func measure<Window>(
    windows: Int, warmUp: () throws -> Void, window: () throws -> Window
  ) rethrows -> [Window] {
    let before = ThreadPool.shared.threadCount
    ThreadPool.shared.setThreadCount(threads)
    defer { ThreadPool.shared.setThreadCount(before) }
    try warmUp()
    if usedCores > 1 { oneCoreSamples.append(samplePeak(1) / 1e9) }
    takeSample()
    return try (0..<windows).map { _ in
      defer { takeSample() }
      return try window()
    }
  }

  private var usedCores: Int { min(threads, cores) }

  private mutating func takeSample() {
    samples.append(samplePeak(usedCores) / 1e9)
  }
}
