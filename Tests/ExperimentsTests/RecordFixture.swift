import Curves
import Formats

@testable import Experiments

/// A record of an experiment whose arms are `slow` (the baseline) and `fast`.
func record(_ settings: [String] = []) throws -> ExperimentRecord {
  var tree = try JSONValue.parse(
    #"""
    {"name": "x", "description": "a < b & \"c\"", "corpus": "c", "seeds": [0, 1], "targetLosses": [4, 2],
     "training": {"steps": 400}, "arms": [
       {"name": "slow", "position": "sinusoidal"}, {"name": "fast", "position": "rotary"}]}
    """#, source: "x.json")
  for setting in settings { tree = try Overrides.apply(setting, to: tree) }
  let experiment = try Experiment(tree)
  return ExperimentRecord(
    experiment: experiment,
    provenance: .init(
      programVersion: "1", buildTarget: "b", executableSHA256: "e", corpusSHA256: "c", vocabularySHA256: "v",
      vocabularySize: 100, parameterCounts: ["slow": 10, "fast": 10]))
}

/// Curves that fall in a straight line from 6 at step 0, by arm: nats a hundred steps.
func rows(_ experiment: Experiment, slopes: [String: Double], leavingOut: (Cell, Int) -> Bool = { _, _ in false })
  -> [CurveRow]
{
  experiment.cells.flatMap { cell in
    stride(from: 0, through: 400, by: 50).compactMap { step in
      if leavingOut(cell, step) { return nil }
      var point = CurvePoint(step: step, tokens: 8 * step, elapsedSeconds: Double(step) / 100)
      point[.validationLoss] = 6 - (slopes[cell.arm.name] ?? 0) * Double(step) / 100
      return CurveRow(experiment: experiment.name, cell: cell, point: point)
    }
  }
}
