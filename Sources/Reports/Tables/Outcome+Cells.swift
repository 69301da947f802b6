import Platform

extension Outcome {
  /// What a table of steps says of it: arm, rate, seeds that reached the target, steps, tokens, time, FLOPs, speed-up.
  func cells(in study: Study) -> [String] {
    let baselines = study.hasSeveralBaselines ? [isBaseline ? "–" : baseline] : []
    return [
      arm.name, learningRate.shortText, reachedText, stepsText, tokens?.countText ?? "–", seconds?.durationText ?? "–",
      flops?.countText ?? "–",
    ] + baselines + [speedUpText]
  }
}

extension Study {
  /// The titles of the last columns of such a table: the speed-up, and over what, where there are several baselines.
  var speedUpColumns: [String] { (hasSeveralBaselines ? ["over"] : []) + ["speed-up (95% interval)"] }
}
