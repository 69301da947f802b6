import Models
import Reports

extension ExperimentRecord {
  /// What the experiment's report needs to know of it.
  public var study: Study {
    Study(
      name: experiment.name, description: experiment.description,
      arms: experiment.arms.map { arm in
        Study.Arm(
          name: arm.name, position: arm.position.name, steps: arm.training.steps,
          flopsPerToken: arm.trainingFLOPsPerToken(
            vocabularySize: provenance.vocabularySize, for: experiment.objective),
          parameterCount: provenance.parameterCounts[arm.name])
      },
      baseline: experiment.baseline, learningRates: experiment.learningRates, seeds: experiment.seeds,
      targetLosses: experiment.targetLosses,
      origin: Study.Origin(
        programVersion: provenance.programVersion, buildTarget: provenance.buildTarget, corpus: experiment.corpus,
        corpusSHA256: provenance.corpusSHA256, vocabularySize: provenance.vocabularySize,
        vocabularySHA256: provenance.vocabularySHA256))
  }
}
