import Autodiff

/// Where the time of training steps goes, by part, the two passes of each operation apart.
///
/// Every moment between the beginning and the end of a step is charged to the part that ends next, so that the parts add
/// up to the steps. What the threads of the pool do is in the time of the operation that waits for them.
public final class StepProfile {
  /// What takes time.
  public enum Part: Sendable, Hashable {
    /// Drawing the batch and its masks.
    case batch
    /// One pass of one operation, all its calls together.
    case operation(TapeEvent)
    /// The norm of all gradients.
    case gradientNorm
    /// Clipping and the optimizer.
    case update
    /// What is left over: bookkeeping of the tape, memory that is given back.
    case rest
  }

  /// The share of the parts of one name.
  public struct Row: Codable, Sendable {
    /// What they are called.
    public let part: String
    /// Of the time of all steps; the shares of all rows add up to 1.
    public let share: Double
    /// The mean over the steps, in seconds.
    public let secondsPerStep: Double
    /// What of it is the forward pass; `nil` for what belongs to neither pass.
    public let forwardSecondsPerStep: Double?
    /// What of it is the backward pass; `nil` for what belongs to neither pass.
    public let backwardSecondsPerStep: Double?

    enum CodingKeys: String, CodingKey {
      case part, share
      case secondsPerStep = "seconds_per_step"
      case forwardSecondsPerStep = "forward_seconds_per_step"
      case backwardSecondsPerStep = "backward_seconds_per_step"
    }
  }

  /// Steps that came to their end.
  public private(set) var stepCount = 0

  private var times: [Part: Duration] = [:]
  private var mark = ContinuousClock.now

  /// A profile of no step yet.
  public init() {}

  /// A step begins now.
  public func beginStep() {
    mark = .now
  }

  /// Charges the time since the last charge, or since the beginning of the step, to a part.
  public func charge(_ part: Part) {
    let now = ContinuousClock.now
    times[part, default: .zero] += now - mark
    mark = now
  }

  /// The step ends now; what was not charged is left over.
  public func endStep() {
    charge(.rest)
    stepCount += 1
  }

  /// The parts, the longest first.
  public var rows: [Row] {
    let total = times.values.reduce(.zero, +)
    return Dictionary(grouping: times, by: \.key.name).map { name, parts in
      /// The seconds of a pass, or of all; `nil` if no part belongs to it.
      func seconds(_ pass: TapeEvent.Pass?) -> Double? {
        let times = parts.filter { pass == nil || $0.key.pass == pass }.map(\.value)
        return times.isEmpty ? nil : times.reduce(.zero, +) / .seconds(1) / Double(stepCount)
      }
      return Row(
        part: name, share: parts.map(\.value).reduce(.zero, +) / total, secondsPerStep: seconds(nil) ?? 0,
        forwardSecondsPerStep: seconds(.forward), backwardSecondsPerStep: seconds(.backward))
    }.sorted { ($0.share, $1.part) > ($1.share, $0.part) }
  }
}

extension [StepProfile.Row] {
  /// The rows from a share on, and last the rest, which holds all smaller ones.
  public func folded(below share: Double) -> [StepProfile.Row] {
    func isSmall(_ row: StepProfile.Row) -> Bool { row.share < share || row.part == StepProfile.Part.rest.name }
    let small = filter(isSmall)
    let rest = StepProfile.Row(
      part: StepProfile.Part.rest.name, share: small.reduce(0) { $0 + $1.share },
      secondsPerStep: small.reduce(0) { $0 + $1.secondsPerStep }, forwardSecondsPerStep: nil,
      backwardSecondsPerStep: nil)
    return filter { !isSmall($0) } + [rest]
  }
}
