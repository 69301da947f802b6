import Curves

@testable import Reports

/// A study whose arms are `slow` (the baseline) and `fast`: two seeds, 400 steps, targets 4 and 2.
func study(_ change: (inout Study) -> Void = { _ in }) -> Study {
  var study = Study(
    name: "x", description: "a < b & \"c\"",
    arms: [("slow", "sinusoidal"), ("fast", "rotary")].map {
      Study.Arm(name: $0, position: $1, steps: 400, flopsPerToken: 2.5e6, parameterCount: 10)
    }, baseline: "slow", learningRates: [1e-3], seeds: [0, 1], targetLosses: [4, 2],
    origin: .init(
      programVersion: "1", buildTarget: "b", corpus: "c", corpusSHA256: "c", vocabularySize: 100, vocabularySHA256: "v")
  )
  change(&study)
  return study
}

/// Curves that fall in a straight line from 6 at step 0, by arm: nats a hundred steps.
func rows(
  _ study: Study, slopes: [String: Double], leavingOut: (Study.Cell, Int) -> Bool = { _, _ in false }
) -> [CurveRow] {
  study.cells.flatMap { cell in
    stride(from: 0, through: 400, by: 50).compactMap { step in
      if leavingOut(cell, step) { return nil }
      var point = CurvePoint(step: step, tokens: 8 * step, elapsedSeconds: Double(step) / 100)
      point[.validationLoss] = 6 - (slopes[cell.arm.name] ?? 0) * Double(step) / 100
      return CurveRow(
        experiment: study.name, arm: cell.arm.name, position: cell.arm.position, learningRatePeak: cell.learningRate,
        seed: cell.seed, point: point)
    }
  }
}
