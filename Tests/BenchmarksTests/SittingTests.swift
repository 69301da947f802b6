import Platform
import Testing

@testable import Benchmarks

extension BenchmarkTests {
  /// A peak that says what it is told to, and how it was asked.
  final class FakePeak {
    private(set) var threadCounts: [Int] = []
    private(set) var log: [String] = []
    private let gflops: [Double]

    init(_ gflops: Double...) { self.gflops = gflops }

    /// The samples in turns, the last one for ever.
    func sample(threads: Int) -> Double {
      threadCounts.append(threads)
      log.append("peak")
      return gflops[min(threadCounts.count, gflops.count) - 1] * 1e9
    }

    func note(_ text: String) { log.append(text) }
  }

  @Test func thePeakIsSampledBeforeBetweenAndAfterWindowsAndTheLargestCounts() {
    let fake = FakePeak(60, 100, 90, 120, 110)
    var sitting = Sitting(threads: 2, cores: 8, samplePeak: fake.sample)
    _ = sitting.measure(windows: 3, warmUp: { fake.note("warm-up") }, window: { fake.note("window") })
    #expect(fake.log == ["warm-up", "peak", "peak", "window", "peak", "window", "peak", "window", "peak"])
    #expect(fake.threadCounts == [1, 2, 2, 2, 2] && sitting.peak.oneCoreGFLOPS == 60)
    #expect(sitting.peak.gflops == 120 && sitting.peak.lowestGFLOPS == 90 && sitting.peak.varies)
    #expect(sitting.peak.share(of: 60) == 0.5)
  }

  /// In a process of its own, where nobody else changes the pool.
  @Test func windowsHaveTheirThreadsAndTheThreadCountIsAsItWasBehindThem() async {
    await #expect(processExitsWith: .success) {
      struct Fault: Error {}
      let pool = ThreadPool.shared
      pool.setThreadCount(1)
      var sitting = Sitting(threads: 3, samplePeak: BenchmarkTests.FakePeak(1).sample)
      let counts = sitting.measure(windows: 2, warmUp: {}, window: { pool.threadCount })
      precondition(counts == [3, 3] && pool.threadCount == 1)
      do {
        _ = try sitting.measure(windows: 1, warmUp: {}, window: { throw Fault() })
        preconditionFailure("nothing was thrown")
      } catch is Fault {
        precondition(pool.threadCount == 1)
      }
    }
  }

  @Test(arguments: [(95.3, false), (95.2, true)]) func aTwentiethIsNotYetADifference(lowest: Double, varies: Bool) {
    #expect(Peak(threads: 1, cores: 1, samples: [lowest, 100], oneCore: nil).varies == varies)
  }

  /// One core of 100 promises 400 of four.
  @Test(arguments: [(319.0, 4, true), (321, 4, false), (319, 3, false)])
  func coresThatReachLessThanFourFifthsOfThemselvesFallShort(gflops: Double, cores: Int, fallsShort: Bool) {
    #expect(Peak(threads: 8, cores: cores, samples: [gflops], oneCore: 100).fallsShort == fallsShort)
    #expect(!Peak(threads: 8, cores: 1, samples: [gflops], oneCore: nil).fallsShort)
  }

  @Test(arguments: [(3, 2, 2), (2, 3, 2), (4, 4, 4)]) func noCoreIsCountedTwice(threads: Int, cores: Int, asked: Int) {
    let fake = FakePeak(1)
    var sitting = Sitting(threads: threads, cores: cores, samplePeak: fake.sample)
    _ = sitting.measure(windows: 1, warmUp: {}, window: {})
    #expect(fake.threadCounts == [1, asked, asked])
    #expect(sitting.peak.threads == threads)
  }
}
