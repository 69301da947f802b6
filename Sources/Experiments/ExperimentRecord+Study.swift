import Models
import Platform
import Reports

extension ExperimentRecord {
  /// What the report of a stage needs to know of it.
  ///
  /// - Parameters:
  ///   - stage: one of the experiment's.
  ///   - selection: what the tuning has chosen, and towards which targets; `nil` before, and where there is none.
  /// - Returns: the study.
  func study(of stage: Stage, _ selection: SelectionRecord? = nil) -> Study {
    let grid = stage.grid
    func condition(of arm: Arm) -> SelectionRecord.Condition? { selection?.condition(of: arm.name) }
    let targets = grid.arms.map { condition(of: $0)?.targetLosses ?? grid.targetLosses(of: $0) }
    let isCommon = targets.allSatisfy { $0 == targets[0] }
    return Study(
      name: grid.name, description: experiment.description, stage: stage.kind,
      arms: zip(grid.arms, targets).map { arm, targets in
        Study.Arm(
          name: arm.name, position: arm.position.name, steps: arm.training.steps, stop: grid.stop(of: arm),
          flopsPerToken: arm.trainingFLOPsPerToken(vocabularySize: provenance.vocabularySize),
          parameterCount: provenance.parameterCounts[arm.name], learningRates: arm.learningRates, seeds: arm.seeds,
          baselines: arm.baselines.map { $0.map { $0[0] } }, unigramLoss: provenance.unigramLossesNats?[arm.name],
          targetLosses: isCommon ? nil : targets, decidingTarget: condition(of: arm)?.decidingTargetNats,
          heldOut: arm.heldOutText)
      },
      baselines: grid.baselines.map { $0[0] },
      notes: stage.kind == .evaluation ? selection?.notes(of: experiment) ?? [] : [],
      learningRates: grid.learningRates, seeds: grid.seeds,
      targetLosses: targets.joined().reduce(into: []) { if !$0.contains($1) { $0.append($1) } },
      origin: Study.Origin(
        programVersion: provenance.programVersion, buildTarget: provenance.buildTarget, corpus: experiment.corpus,
        corpusSHA256: provenance.corpusSHA256, vocabularySize: provenance.vocabularySize,
        vocabularySHA256: provenance.vocabularySHA256))
  }
}

extension Arm {
  /// What the held-out loss is taken on, in words: arms with the same masks have the same text.
  fileprivate var heldOutText: String {
    let cap = masking.cap.map { ", at most \($0)" } ?? ""
    return "\((100 * masking.probability).shortText) % of \(training.sequenceLength) tokens masked\(cap)"
  }
}
