/// The speeds of many calls of one thing, in 10⁹ operations a second.
public struct SpeedRange: Sendable {
  /// That of the call of median time.
  public let median: Double
  /// The slowest.
  public let lowest: Double
  /// The fastest.
  public let highest: Double
  /// That of the 95th of a hundred calls from the slowest on: what the best calls reach, few of which a neighbour disturbs.
  public let best: Double

  /// The range of some calls, one at least.
  ///
  /// - Parameters:
  ///   - operationCount: the operations of a call.
  ///   - seconds: how long each took.
  init(operationCount: Double, seconds: [Double]) {
    func speed(_ seconds: Double) -> Double { operationCount / seconds / 1e9 }
    let slowestFirst = seconds.sorted(by: >)
    median = speed(Benchmarks.median(seconds))
    lowest = speed(slowestFirst[0])
    highest = speed(slowestFirst[seconds.count - 1])
    best = speed(slowestFirst[(95 * seconds.count + 99) / 100 - 1])
  }

  private enum CodingKeys: String, CodingKey {
    case median = "gflops"
    case lowest = "gflops_min"
    case best = "gflops_p95"
    case highest = "gflops_max"
    case share = "share_of_peak"
    case bestShare = "share_of_peak_p95"
  }

  /// Writes the speeds, and the shares of a peak that the median and the best calls are.
  func encode(to encoder: any Encoder, peak: Peak) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(median, forKey: .median)
    try container.encode(lowest, forKey: .lowest)
    try container.encode(best, forKey: .best)
    try container.encode(highest, forKey: .highest)
    try container.encode(peak.share(of: median), forKey: .share)
    try container.encode(peak.share(of: best), forKey: .bestShare)
  }
}
