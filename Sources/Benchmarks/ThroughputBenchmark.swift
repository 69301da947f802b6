/// What was timed of a workload by the tokens that go through it, against the machine's multiply-add peak.
public protocol ThroughputBenchmark: Encodable, Sendable {
  /// The model that was timed.
  var workload: Workload { get }
  /// What the machine reached on registers alone meanwhile.
  var peak: Peak { get }
  /// Tokens that went through a second.
  var tokensPerSecond: Double { get }
  /// Model operations a token; what is computed again in the backward pass does not count.
  var modelFLOPsPerToken: Double { get }
}

extension ThroughputBenchmark {
  /// Model operations a second, in 10⁹.
  public var modelGFLOPS: Double { tokensPerSecond * modelFLOPsPerToken / 1e9 }

  /// The share of the peak that these are.
  public var shareOfPeak: Double { peak.share(of: modelGFLOPS) }

  /// Writes the workload, without what makes no difference, the peak and the speed side by side.
  func encodeThroughput(to encoder: any Encoder, without omitted: Workload.CodingKeys? = nil) throws {
    try workload.encode(to: encoder, without: omitted)
    try peak.encode(to: encoder)
    var container = encoder.container(keyedBy: ThroughputKeys.self)
    try container.encode(tokensPerSecond, forKey: .tokensPerSecond)
    try container.encode(modelGFLOPS, forKey: .modelGFLOPS)
    try container.encode(shareOfPeak, forKey: .shareOfPeak)
  }
}

private enum ThroughputKeys: String, CodingKey {
  case tokensPerSecond = "tokens_per_second"
  case modelGFLOPS = "model_gflops"
  case shareOfPeak = "share_of_peak"
}
