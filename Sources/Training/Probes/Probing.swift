/// Which probes look into an encoder while it is trained, and how often.
public struct Probing: Sendable {
  /// The probes and the batch that they look at.
  public let probes: EncoderProbes
  /// They look at the validations after every so many steps, before the first step, and after the last one that a run may
  /// take.
  public let interval: Int

  /// Probes at an interval.
  ///
  /// - Precondition: the interval is positive.
  public init(_ probes: EncoderProbes, interval: Int) {
    precondition(interval > 0, "Probing: an interval of \(interval)")
    self.probes = probes
    self.interval = interval
  }
}
