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
    /// What is left over: putting the model together, bookkeeping of the tape, memory that is given back.
    case rest
  }

  /// The share of one part.
  public struct Row: Codable, Sendable {
    /// What the part is called.
    public let part: String
    /// Of the time of all steps; the shares of all parts add up to 1.
    public let share: Double
    /// The mean over the steps, in seconds.
    public let secondsPerStep: Double

    enum CodingKeys: String, CodingKey {
      case part, share
      case secondsPerStep = "seconds_per_step"
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
    return times.sorted { ($0.value, $1.key.name) > ($1.value, $0.key.name) }.map { part, time in
      Row(part: part.name, share: time / total, secondsPerStep: time / .seconds(1) / Double(stepCount))
    }
  }
}

extension StepProfile.Part {
  /// What a reader is shown: `layer-norm backward (encoder)`.
  var name: String {
    switch self {
    case .batch: return "batch"
    case .gradientNorm: return "gradient norm"
    case .update: return "clip and update"
    case .rest: return "left over"
    case .operation(let event):
      let pass = event.pass == .forward ? "forward" : "backward"
      return "\(event.hyphenated) \(pass)" + (event.group.map { " (\($0))" } ?? "")
    }
  }
}

extension TapeEvent {
  /// The operation's name as people write it: `layer-norm` for `layerNorm`, `addition` for `+`.
  fileprivate var hyphenated: String {
    let signs = ["+": "addition", "-": "subtraction", "*": "multiplication", "/": "division"]
    return signs[operation]
      ?? operation.reduce(into: "") { name, letter in
        name += letter.isUppercase ? "-" + letter.lowercased() : String(letter)
      }
  }
}
