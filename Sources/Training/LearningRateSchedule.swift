import Foundation

/// The learning rate of every step: a linear warm-up from 0 to a peak, then what the shape says.
///
/// Steps count from 1. Step s of the warm-up has peak · s / warmupSteps, so its last step is the first at the peak. Without
/// a warm-up, the first step is at the peak, as with a warm-up of one step. A decay falls so that it would be at the floor
/// one step after the last, so with a floor of 0 no step is spent at rate 0.
public struct LearningRateSchedule: Sendable, Equatable {
  /// What follows the warm-up.
  public enum Shape: String, Codable, Sendable, CaseIterable {
    /// A linear decay from the end of the warm-up to the last step, as BERT trains (Devlin et al. 2019, appendix A.2).
    case linear
    /// The peak to the end: how far a run is at a step does not depend on how long it was meant to be.
    case constant
    /// The peak, and a linear decay over the last steps (warm-up–stable–decay; Hu et al. 2024, arXiv 2404.06395v3,
    /// section 4.2, whose decay is exponential).
    case stableDecay = "stable-decay"
    /// Half a cosine from the end of the warm-up to the last step (Loshchilov & Hutter 2017, arXiv 1608.03983v5, eq. 5,
    /// without restarts).
    case cosine
  }

  /// The highest rate.
  public let peak: Double
  /// Steps of the warm-up; beyond `steps`, the peak is never reached.
  public let warmupSteps: Int
  /// All steps.
  public let steps: Int
  /// What follows the warm-up.
  public let shape: Shape
  /// The last step at the peak, which the decay follows; `nil` for a constant rate.
  public let decayStart: Int?
  /// The rate that a decay falls to.
  public let floor: Double

  /// A schedule.
  ///
  /// - Parameters:
  ///   - peak: the highest rate.
  ///   - warmupSteps: steps of the warm-up.
  ///   - steps: all steps.
  ///   - shape: what follows the warm-up.
  ///   - decaySteps: steps of the decay of `stableDecay`; by default a fifth of all.
  ///   - floorShare: the share of the peak that a decay falls to.
  public init(
    peak: Double, warmupSteps: Int, steps: Int, shape: Shape = .linear, decaySteps: Int? = nil, floorShare: Double = 0
  ) {
    self.peak = peak
    self.warmupSteps = warmupSteps
    self.steps = steps
    self.shape = shape
    floor = peak * floorShare
    decayStart =
      switch shape {
      case .linear, .cosine: max(1, warmupSteps)
      case .constant: nil
      case .stableDecay: steps - (decaySteps ?? Self.decaySteps(of: steps))
      }
  }

  /// The schedule of a run.
  public init(peak: Double, _ settings: TrainingConfiguration) {
    self.init(
      peak: peak, warmupSteps: settings.warmupSteps, steps: settings.steps, shape: settings.schedule,
      decaySteps: settings.decaySteps, floorShare: settings.decayFloor)
  }

  /// The steps of the decay of `stableDecay` where nothing else is said: a fifth of all.
  public static func decaySteps(of steps: Int) -> Int { steps / 5 }

  /// The learning rate of a step, the first being 1.
  public func rate(at step: Int) -> Double {
    if step < warmupSteps { return peak * Double(step) / Double(warmupSteps) }
    guard let decayStart, step > decayStart || shape == .linear else { return peak }
    let (left, all) = (Double(max(0, steps - step + 1)), Double(max(1, steps - decayStart + 1)))
    guard shape == .cosine else { return floor + (peak - floor) * left / all }
    return floor + (peak - floor) * (1 + cos(.pi * (1 - left / all))) / 2
  }

  /// The steps at which the curve of rates bends, each with its rate: the first, the first at the peak, the last at the
  /// peak and the last of all.
  public var corners: [(step: Int, rate: Double)] {
    let bends = [1, max(1, warmupSteps), decayStart ?? steps, steps].filter { (1...max(1, steps)).contains($0) }
    return Set(bends).sorted().map { ($0, rate(at: $0)) }
  }
}
