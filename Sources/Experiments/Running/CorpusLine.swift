import Platform

/// The line about the corpus that is printed before training: how much there is, and how often a run sees it.
struct CorpusLine: CustomStringConvertible {
  /// The file.
  let path: String
  /// Tokens to train on and held out.
  let tokens: (training: Int, validation: Int)
  /// How many tokens the vocabulary has.
  let vocabularySize: Int
  /// Documents to train on, and how many of them differ.
  let documents: (all: Int, distinct: Int)
  /// How often runs see each token that is trained on, on average: a number for each arm.
  let passes: [Double]

  var description: String {
    let differing =
      documents.distinct < documents.all
      ? ", \(documents.distinct) of them different" : documents.all > 1 ? ", all different" : ""
    return "corpus: \(path), \(tokens.training.counted("token")) to train on, \(tokens.validation) held out, "
      + "vocabulary \(vocabularySize); \(documents.all.counted("document")) to train on\(differing)\(seen)"
  }

  private var seen: String {
    guard let least = passes.min().map(Self.times), let most = passes.max().map(Self.times) else { return "" }
    return "; a run sees each token \(least == most ? most : "\(least) to \(most)") times"
  }

  private static func times(_ passes: Double) -> String {
    passes.formatted(decimals: passes < 0.1 ? 3 : passes < 10 ? 1 : 0)
  }
}

extension CorpusLine {
  /// The line of an experiment.
  ///
  /// - Throws: `InputError` if there is not enough text for one sequence.
  init(_ experiment: Experiment, _ corpus: PreparedCorpus) throws {
    // Cells of one arm differ in rate and seed alone.
    var arms: [String: Cell] = [:]
    for cell in experiment.cells { arms[cell.arm.name] = cell }
    self.init(
      path: experiment.corpus, tokens: corpus.tokenCounts, vocabularySize: corpus.vocabulary.count,
      documents: corpus.documentCounts, passes: try arms.values.map { try corpus.passes(of: $0) })
  }
}
