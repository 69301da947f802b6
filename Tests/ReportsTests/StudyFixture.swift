import Curves

@testable import Reports

/// A study whose arms are `slow` (the baseline) and `fast`: two seeds, 400 steps, targets 4 and 2.
func study(_ change: (inout Study) -> Void = { _ in }) -> Study {
  var study = Study(
    name: "x", description: "a < b & \"c\"",
    arms: [("slow", "sinusoidal"), ("fast", "rotary")].map {
      Study.Arm(name: $0, position: $1, steps: 400, flopsPerToken: 2.5e6, parameterCount: 10)
    }, baselines: ["slow"], learningRates: [1e-3], seeds: [0, 1], targetLosses: [4, 2],
    origin: .init(
      programVersion: "1", buildTarget: "b", corpus: "c", corpusSHA256: "c", vocabularySize: 100, vocabularySHA256: "v")
  )
  change(&study)
  return study
}

extension Study.Arm {
  /// An arm of 400 steps.
  init(_ name: String, _ position: String) {
    self.init(name: name, position: position, steps: 400, flopsPerToken: 1, parameterCount: nil)
  }
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

/// The statistics of curves that fall in a straight line from 6 nats, at as many nats a hundred steps as a cell has.
func analysis(_ study: Study, falling slope: (Study.Cell) -> Double) -> Analysis {
  var rows = rows(study, slopes: [:])
  for (i, cell) in zip(rows.indices, study.cells.flatMap { Array(repeating: $0, count: 9) }) {
    rows[i].point[.validationLoss] = 6 - slope(cell) * Double(rows[i].point.step) / 100
  }
  return Analysis(study: study, rows: rows)
}

extension Analysis {
  /// The row of an arm's best rate at a target.
  func best(_ arm: String, at target: Double, over baseline: String? = nil) -> Outcome? {
    outcomes(.best, target: target).first { $0.arm.name == arm && $0.baseline == baseline ?? $0.baseline }
  }
}
