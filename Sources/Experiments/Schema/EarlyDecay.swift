import Training

extension LearningRateSchedule {
  /// What is wrong with a decay that would begin inside the warm-up, and what was expected; `nil` if none does.
  var earlyDecay: (problem: String, expected: String)? {
    let warmup = max(1, warmupSteps)
    guard shape == .stableDecay, let start = decayStart, start < warmup else { return nil }
    let place = start < 1 ? "before the first step" : "at step \(start), inside the warm-up"
    return (
      "\(steps - start), so the decay would begin \(place)",
      "at most \(max(0, steps - warmup)), which is steps minus warmupSteps"
    )
  }
}
