/// Linear warm-up from 0 to a peak, then linear decay towards 0, as BERT trains.
///
/// Steps count from 1. Step s of the warm-up has peak · s / warmupSteps, so its last step is the first at the peak; after
/// it the rate falls so that it would be 0 one step after the last, so no step is spent at rate 0. Without a warm-up, the
/// first step is at the peak, as with a warm-up of one step.
public struct LearningRateSchedule: Sendable, Equatable {
  /// The highest rate.
  public let peak: Double
  /// Steps of the warm-up; beyond `steps`, the peak is never reached.
  public let warmupSteps: Int
  /// All steps.
  public let steps: Int

  /// A schedule with a peak after `warmupSteps` of `steps`.
  public init(peak: Double, warmupSteps: Int, steps: Int) {
    self.peak = peak
    self.warmupSteps = warmupSteps
    self.steps = steps
  }

  /// The learning rate of a step, the first being 1.
  public func rate(at step: Int) -> Double {
    if step < warmupSteps { return peak * Double(step) / Double(warmupSteps) }
    let peakStep = max(1, warmupSteps)
    return peak * Double(max(0, steps - step + 1)) / Double(max(1, steps - peakStep + 1))
  }
}
