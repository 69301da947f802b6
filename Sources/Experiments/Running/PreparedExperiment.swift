import Models
import Platform
import Text
import Training

/// A stage of an experiment ready to train: its text, its record and the models that arms start from.
struct PreparedExperiment: Sendable {
  let stage: Stage
  let corpus: PreparedCorpus
  /// The record of the stage's runs.
  let record: ExperimentRecord
  /// The record of the experiment's folder.
  let wholeRecord: ExperimentRecord
  let initialModels: InitialModels

  /// Prepares what the runs that wait need, and fails early: before hours of training, and before a folder is made, where
  /// an arm's shapes do not fit the text.
  ///
  /// - Parameters:
  ///   - stage: what is trained.
  ///   - whole: the experiment as its file says it.
  ///   - text: its corpus.
  ///   - waiting: the cells that are to be trained.
  ///   - folder: the experiment's folder, where the tokens of a large corpus are kept.
  ///   - listener: takes progress and warnings.
  /// - Throws: `InputError` for a text or a model to start from that cannot be used.
  init(
    _ stage: Stage, of whole: Experiment, text: PreparedText, waiting: [Cell], folder: String, listener: RunListener
  ) throws {
    let experiment = stage.grid
    self.stage = stage
    corpus = try text.corpus
    let size = corpus.vocabulary.count
    let counts = whole.arms.map { ($0.name, $0.objective.parameterCount(of: $0.encoder(vocabularySize: size))) }
    initialModels = try InitialModels(waiting.map(\.arm), tokenizer: corpus.tokenizer, warn: listener.warn)
    try initialModels.checkStart(of: experiment.cells, in: folder)
    for cell in waiting { try corpus.check(cell, for: cell.arm.objective) }
    var unigramLosses: [String: Double] = [:]
    for arm in whole.arms { unigramLosses[arm.name] = try? corpus.unigramLoss(of: arm) }
    var provenance = ExperimentRecord.Provenance(
      programVersion: BuildInformation.version, buildTarget: BuildInformation.target,
      compiler: BuildInformation.compiler, numericsSHA256: Numerics.digest,
      executableSHA256: BuildInformation.executableSHA256, corpusSHA256: text.file.hash,
      vocabularySHA256: corpus.vocabulary.hash, vocabularySize: size,
      parameterCounts: Dictionary(uniqueKeysWithValues: counts), unigramLossesNats: unigramLosses)
    wholeRecord = ExperimentRecord(experiment: whole, provenance: provenance)
    if whole.isStaged { provenance.stage = stage.kind.rawValue }
    record = ExperimentRecord(experiment: experiment, provenance: provenance)
  }

  /// The encoder that a cell trains.
  func encoder(of cell: Cell) -> EncoderConfiguration { cell.encoder(vocabularySize: corpus.vocabulary.count) }

  /// The loss of predicting by the frequencies of words alone, by arm, in nats.
  var unigramLosses: [String: Double] { record.provenance.unigramLossesNats ?? [:] }

  /// The stage's runs, as a plain experiment.
  var experiment: Experiment { stage.grid }

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
      "\(title): \(gridText) = \(experiment.cells.count.counted("run")), \(waiting) to do\(left)",
      "arms: " + arms.joined(separator: ", "),
      try CorpusLine(experiment, corpus).description,
    ]
  }

  /// The experiment's name, with the stage's where there are several.
  private var title: String {
    wholeRecord.experiment.isStaged ? "\(experiment.name), \(stage.kind.rawValue)" : experiment.name
  }

  /// How many of what the grid has.
  private var gridText: String {
    let arms = experiment.arms.count.counted("arm")
    guard experiment.arms.allSatisfy({ $0.learningRates == nil && $0.seeds == nil }) else {
      return "\(arms), each with its learning rates and seeds"
    }
    return "\(arms) × \(experiment.learningRates.count.counted("learning rate")) × "
      + "\(experiment.seeds.count.counted("seed"))"
  }
}
