import Models
import Reports

extension ExperimentRecord {
  /// What the report of a stage needs to know of it.
  ///
  /// - Parameter stage: one of the experiment's.
  /// - Returns: the study.
  func study(of stage: Stage) -> Study {
    let grid = stage.grid
    return Study(
      name: grid.name, description: experiment.description, stage: stage.kind,
      arms: grid.arms.map { arm in
        Study.Arm(
          name: arm.name, position: arm.position.name, steps: arm.training.steps, stop: grid.stop(of: arm),
          flopsPerToken: arm.trainingFLOPsPerToken(vocabularySize: provenance.vocabularySize),
          parameterCount: provenance.parameterCounts[arm.name], learningRates: arm.learningRates, seeds: arm.seeds,
          baselines: arm.baselines.map { $0.map { $0[0] } }, unigramLoss: provenance.unigramLossesNats?[arm.name])
      },
      baselines: grid.baselines.map { $0[0] }, learningRates: grid.learningRates, seeds: grid.seeds,
      targetLosses: grid.targetLosses,
      origin: Study.Origin(
        programVersion: provenance.programVersion, buildTarget: provenance.buildTarget, corpus: experiment.corpus,
        corpusSHA256: provenance.corpusSHA256, vocabularySize: provenance.vocabularySize,
        vocabularySHA256: provenance.vocabularySHA256))
  }
}
