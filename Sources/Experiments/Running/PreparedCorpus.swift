import Platform
import Text

/// An experiment's corpus, ready to train on: split, tokenized and packed.
///
/// The split and the vocabulary are the same for every run; what is held out lends nothing to the vocabulary.
final class PreparedCorpus {
  let hash: String
  let tokenizer: any Tokenizer
  private let experiment: Experiment
  private let training: [[Int32]]
  private let validation: [[Int32]]
  private var packed: [Int: (training: PackedSequences, validation: PackedSequences)] = [:]

  /// Loads, splits and tokenizes the corpus of an experiment.
  ///
  /// - Throws: `InputError` if the corpus cannot be read, split or tokenized.
  init(_ experiment: Experiment) throws {
    self.experiment = experiment
    let corpus = try Corpus.load(path: experiment.corpus)
    hash = corpus.hash
    let parts = try corpus.split(
      validationFraction: experiment.validation.fraction, contiguous: experiment.validation.split == .block, seed: 0)
    let tokenizer = try experiment.tokenizer.makeTokenizer(training: parts.training)
    self.tokenizer = tokenizer
    training = parts.training.map { tokenizer.encode($0) }
    validation = parts.validation.map { tokenizer.encode($0) }
  }

  var vocabulary: Vocabulary { tokenizer.vocabulary }

  /// Tokens to train on and held out, special tokens not counted.
  var tokenCounts: (training: Int, validation: Int) {
    (training.reduce(0) { $0 + $1.count }, validation.reduce(0) { $0 + $1.count })
  }

  /// The batches that a cell trains on.
  ///
  /// - Throws: `InputError` if there is not enough text for one batch.
  func batches(of cell: Cell) throws -> BatchSource {
    try BatchSource(
      sequences: sequences(length: cell.training.sequenceLength).training, vocabulary: vocabulary,
      batchSize: cell.training.batchSize, seed: cell.randomSeed, maskingRule: maskingRule())
  }

  /// The held-out batches that a cell is measured on, the same for every cell of one sequence length.
  func validationBatches(of cell: Cell) throws -> [MaskedBatch] {
    try ValidationSet(
      sequences: sequences(length: cell.training.sequenceLength).validation, vocabulary: vocabulary, batchSize: 32,
      maskingRule: maskingRule(), limit: experiment.validation.sequences
    ).batches
  }

  private func maskingRule() throws -> MaskingRule {
    try MaskingRule(probability: experiment.masking.probability, cap: experiment.masking.cap)
  }

  private func sequences(length: Int) throws -> (training: PackedSequences, validation: PackedSequences) {
    if let known = packed[length] { return known }
    let packer = try SequencePacker(sequenceLength: length, policy: experiment.packing)
    let parts = (
      training: try packer.pack(training, vocabulary: vocabulary),
      validation: try packer.pack(validation, vocabulary: vocabulary)
    )
    packed[length] = parts
    return parts
  }
}
