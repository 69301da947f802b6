import Platform

/// The multiply-add peak that speeds of a sitting are compared with, in 10⁹ operations a second.
public struct Peak: Encodable, Sendable {
  /// How many threads were asked for; the peak is that of the cores they have.
  public let threads: Int
  /// How many cores those are.
  public let cores: Int
  /// The largest sample: what the machine can do when nobody else is at it.
  public let gflops: Double
  /// The smallest sample.
  public let lowestGFLOPS: Double
  /// What one core reaches while the others rest; `nil` where there is but one.
  public let oneCoreGFLOPS: Double?

  /// The peak that samples show.
  init(threads: Int, cores: Int, samples: [Double], oneCore: Double?) {
    self.threads = threads
    self.cores = cores
    gflops = samples.max() ?? .nan
    lowestGFLOPS = samples.min() ?? .nan
    oneCoreGFLOPS = oneCore
  }

  /// Whether samples differ by more than a twentieth, so that speeds cannot be trusted either.
  public var varies: Bool { gflops > 1.05 * lowestGFLOPS }

  /// Whether the cores together reach less than four fifths of what one alone promises.
  ///
  /// Somebody was at them all the time, so that no sample differs, or they share what one alone has for itself.
  public var fallsShort: Bool { oneCoreGFLOPS.map { gflops < 0.8 * Double(cores) * $0 } ?? false }

  /// The share of the peak that a speed is.
  public func share(of gflops: Double) -> Double { gflops / self.gflops }

  private enum CodingKeys: String, CodingKey {
    case threads
    case buildTarget = "build_target"
    case gflops = "peak_gflops"
    case lowest = "peak_gflops_min"
    case highest = "peak_gflops_max"
  }

  /// Writes the peak, its samples' range and what reached it: the threads, and what the program is built for.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(threads, forKey: .threads)
    try container.encode(BuildInformation.target, forKey: .buildTarget)
    try container.encode(gflops, forKey: .gflops)
    try container.encode(lowestGFLOPS, forKey: .lowest)
    try container.encode(gflops, forKey: .highest)
  }
}
