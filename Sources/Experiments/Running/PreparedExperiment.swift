import Models
import Platform
import Text
import Training

/// An experiment ready to train: its text, its record and the models that arms start from.
struct PreparedExperiment: Sendable {
  let experiment: Experiment
  let corpus: PreparedCorpus
  let record: ExperimentRecord
  let initialModels: InitialModels

  /// Prepares what the runs that wait need, and fails early: before hours of training, and before a folder is made, where
  /// an arm's shapes do not fit the text.
  ///
  /// - Parameters:
  ///   - experiment: what is trained.
  ///   - text: its corpus.
  ///   - waiting: the cells that are to be trained.
  ///   - folder: the experiment's folder, where the tokens of a large corpus are kept.
  ///   - listener: takes progress and warnings.
  /// - Throws: `InputError` for a text or a model to start from that cannot be used.
  init(
    _ experiment: Experiment, text: CorpusFile, waiting: [Cell], folder: String, listener: RunListener
  ) throws {
    self.experiment = experiment
    corpus = try PreparedCorpus(experiment, text: text, folder: folder, listener: listener)
    let size = corpus.vocabulary.count
    let objective = experiment.objective
    let counts = experiment.arms.map { ($0.name, objective.parameterCount(of: $0.encoder(vocabularySize: size))) }
    record = ExperimentRecord(
      experiment: experiment,
      provenance: ExperimentRecord.Provenance(
        programVersion: BuildInformation.version, buildTarget: BuildInformation.target,
        compiler: BuildInformation.compiler, numericsSHA256: Numerics.digest,
        executableSHA256: BuildInformation.executableSHA256, corpusSHA256: text.hash,
        vocabularySHA256: corpus.vocabulary.hash, vocabularySize: size,
        parameterCounts: Dictionary(uniqueKeysWithValues: counts)))
    initialModels = try InitialModels(waiting.map(\.arm), tokenizer: corpus.tokenizer, warn: listener.warn)
    try initialModels.checkStart(of: experiment.cells, in: folder)
    for cell in waiting { try corpus.check(cell, for: objective) }
  }

  /// The encoder that a cell trains.
  func encoder(of cell: Cell) -> EncoderConfiguration { cell.encoder(vocabularySize: corpus.vocabulary.count) }

  /// What is said before training.
  ///
  /// - Parameters:
  ///   - waiting: how many runs are to do.
  ///   - others: how many runs of the folder are not asked for.
  /// - Returns: the lines: the grid, the arms, the text.
  /// - Throws: `InputError` if there is not enough text for one sequence.
  func announcement(waiting: Int, others: Int) throws -> [String] {
    let arms = experiment.arms.map { "\($0.name) (\(record.provenance.parameterCounts[$0.name] ?? 0) parameters)" }
    let left = others == 0 ? "" : "; \(others.counted("other run")) in the folder left alone"
    return [
      "\(experiment.name): \(experiment.arms.count.counted("arm")) × "
        + "\(experiment.learningRates.count.counted("learning rate")) × \(experiment.seeds.count.counted("seed")) = "
        + "\(experiment.cells.count.counted("run")), \(waiting) to do\(left)",
      "arms: " + arms.joined(separator: ", "),
      try CorpusLine(experiment, corpus).description,
    ]
  }
}
