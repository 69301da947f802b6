import Platform

/// An experiment's text, prepared once for all its stages: when it is first wanted.
final class PreparedText {
  /// The corpus's file.
  let file: CorpusFile
  private let experiment: Experiment
  private let folder: String
  private let listener: RunListener
  private var prepared: PreparedCorpus?

  /// The text of an experiment.
  ///
  /// - Parameters:
  ///   - experiment: as its file says it; its stages have the same text.
  ///   - folder: the experiment's folder, where the tokens of a large corpus are kept.
  ///   - listener: takes progress and warnings.
  /// - Throws: `InputError` if the corpus cannot be read.
  init(_ experiment: Experiment, folder: String, listener: RunListener) throws {
    file = try CorpusFile(experiment.corpus)
    self.experiment = experiment
    self.folder = folder
    self.listener = listener
  }

  /// The corpus, split, tokenized and packed.
  ///
  /// - Throws: `InputError` if it cannot be split or tokenized, or the folder cannot be written.
  var corpus: PreparedCorpus {
    get throws {
      if let prepared { return prepared }
      let made = try PreparedCorpus(experiment, text: file, folder: folder, listener: listener)
      prepared = made
      return made
    }
  }
}
