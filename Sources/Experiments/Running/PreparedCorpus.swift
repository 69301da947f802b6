import Foundation
import Platform
import Synchronization
import Text
import Training

/// An experiment's corpus, ready to train on: split, tokenized and packed.
///
/// Any thread may use it. The split and the vocabulary are the same for every run; what is held out lends nothing to the vocabulary. The tokens
/// of a large corpus are kept in a file of the experiment's folder, which all its processes map.
final class PreparedCorpus: Sendable {
  let tokenizer: any Tokenizer
  private let experiment: Experiment
  private let training: TokenizedText
  private let validation: TokenizedText
  /// How often each token occurs in the text to train on.
  private let tokenCountsInTraining: [Int]
  /// Packed sequences by their length.
  private let packed = Mutex<[Int: (training: PackedSequences, validation: PackedSequences)]>([:])

  /// Bytes from which on a corpus is large.
  static let largeByteCount = 16 << 20

  /// Splits and tokenizes the corpus of an experiment, or finds that done.
  ///
  /// - Parameters:
  ///   - experiment: whose corpus.
  ///   - text: the corpus; read from its file if it is not given.
  ///   - folder: the experiment's folder, where the tokens of a large corpus are kept.
  ///   - largeByteCount: bytes from which on a corpus is large.
  ///   - listener: takes progress and warnings.
  /// - Throws: `InputError` if the corpus cannot be read, split or tokenized, or the folder cannot be written.
  init(
    _ experiment: Experiment, text: CorpusFile? = nil, folder: String, largeByteCount: Int = largeByteCount,
    listener: RunListener = RunListener()
  ) throws {
    self.experiment = experiment
    let text = try text ?? CorpusFile(experiment.corpus)
    guard text.byteCount >= largeByteCount else {
      (tokenizer, training, validation) = try Self.tokens(text.corpus(), experiment, listener)
      tokenCountsInTraining = training.counts(vocabularySize: tokenizer.vocabulary.count)
      return
    }
    let (tokens, made) = try KeptTokens(experiment, text: text, folder: folder).tokens(listener)
    tokenizer = try made ?? experiment.tokenizer.makeTokenizer(tokens.vocabulary)
    (training, validation) = (tokens.training, tokens.validation)
    tokenCountsInTraining = training.counts(vocabularySize: tokenizer.vocabulary.count)
  }

  /// Splits and tokenizes a text, and keeps it in memory.
  ///
  /// - Throws: `InputError` if the text cannot be split or tokenized.
  init(_ experiment: Experiment, corpus: Corpus) throws {
    self.experiment = experiment
    (tokenizer, training, validation) = try Self.tokens(corpus, experiment, RunListener())
    tokenCountsInTraining = training.counts(vocabularySize: tokenizer.vocabulary.count)
  }

  private static func tokens(
    _ corpus: Corpus, _ experiment: Experiment, _ listener: RunListener
  ) throws -> (any Tokenizer, training: TokenizedText, validation: TokenizedText) {
    let parts = try CorpusParts(corpus, experiment, listener)
    return (
      parts.tokenizer, TokenizedText(parts.training, tokenizer: parts.tokenizer),
      TokenizedText(parts.validation, tokenizer: parts.tokenizer)
    )
  }

  var vocabulary: Vocabulary { tokenizer.vocabulary }

  /// Tokens to train on and held out, special tokens not counted.
  var tokenCounts: (training: Int, validation: Int) { (training.count, validation.count) }

  /// The loss of predicting every held-out token by how often it occurs in the text to train on, in nats per token.
  ///
  /// Each token of the vocabulary is counted once more than it occurs, so that none is impossible. A model that ends no
  /// lower has learned nothing but the frequencies of words.
  ///
  /// - Throws: `InputError` if there is not enough text for one sequence.
  func unigramLoss(of arm: Arm) throws -> Double { try unigramLoss(of: arm, for: arm.objective) }

  private func unigramLoss(of arm: Arm, for objective: some Objective<PackedSequences>) throws -> Double {
    let labels = try validationBatches(length: arm.training.sequenceLength, for: objective).flatMap(objective.labels)
    let logTotal = log(Double(training.count + vocabulary.count))
    return labels.reduce(0) { $0 + logTotal - log(Double(tokenCountsInTraining[Int($1)] + 1)) } / Double(labels.count)
  }

  /// Documents to train on, and how many of them differ.
  var documentCounts: (all: Int, distinct: Int) { (training.documentCount, training.distinctDocumentCount) }

  /// How often a cell sees each token to train on, on average: tokens trained on for each of these.
  ///
  /// - Throws: `InputError` if there is not enough text for one sequence.
  func passes(of cell: Cell) throws -> Double {
    let sequences = try sequences(length: cell.training.sequenceLength).training
    let trained = Double(cell.training.steps * cell.training.batchSize) / Double(sequences.count)
    return trained * Double(sequences.tokenCount) / Double(training.count)
  }

  /// The batches that a cell trains on.
  ///
  /// - Throws: `InputError` if there is not enough text for one batch.
  func batches<O: Objective<PackedSequences>>(of cell: Cell, for objective: O) throws -> BatchSource<O> {
    try BatchSource(
      objective, examples: sequences(length: cell.training.sequenceLength).training,
      batchSize: cell.training.batchSize, seed: cell.randomSeed)
  }

  /// The held-out batches that a cell is measured on, the same for every cell of one sequence length.
  ///
  /// - Throws: `InputError` if there is not enough text for one sequence.
  func validationBatches<O: Objective<PackedSequences>>(of cell: Cell, for objective: O) throws -> [O.Batch] {
    try validationBatches(length: cell.training.sequenceLength, for: objective)
  }

  /// What looks into the encoder of a cell: on held-out sequences with masks, the same ones for every run of one sequence
  /// length and masking.
  ///
  /// There are `ProbedBatch.tokenCount` tokens, or the tokens of four sequences where these are longer.
  ///
  /// - Returns: `nil` if the cell is not looked into.
  /// - Throws: `InputError` if there is not enough text for one sequence.
  func probing(of cell: Cell) throws -> Probing? {
    guard let settings = cell.probes else { return nil }
    let length = cell.training.sequenceLength
    let count = max(4, ProbedBatch.tokenCount / length)
    let batch = try ValidationSet(
      MaskedTokenPrediction(cell.arm.masking), examples: sequences(length: length).validation, batchSize: count,
      limit: count
    ).batches[0]
    let unigram = UnigramDistribution(counts: tokenCountsInTraining)
    let probes = EncoderProbes.all(unigram: unigram).filter { settings.kinds.contains(type(of: $0).name) }
    return Probing(
      EncoderProbes(probes, on: ProbedBatch(batch, vocabulary: vocabulary)), interval: settings.interval)
  }

  private func validationBatches<O: Objective<PackedSequences>>(length: Int, for objective: O) throws -> [O.Batch] {
    try ValidationSet(
      objective, examples: sequences(length: length).validation, batchSize: 32, limit: experiment.validation.sequences
    ).batches
  }

  /// Checks that there is enough text for a cell.
  ///
  /// - Throws: `InputError` if there is not.
  func check(_ cell: Cell, for objective: some Objective<PackedSequences>) throws {
    _ = try batches(of: cell, for: objective)
    _ = try validationBatches(of: cell, for: objective)
  }

  /// The tokens that each validation of a cell reads, special tokens included.
  func validationTokenCount(of cell: Cell, for objective: some Objective<PackedSequences>) throws -> Int {
    try validationBatches(of: cell, for: objective).reduce(0) { $0 + $1.tokenCount }
  }

  /// The text as sequences of a length; whoever asks second waits for the first.
  private func sequences(length: Int) throws -> (training: PackedSequences, validation: PackedSequences) {
    try packed.withLock { packed in
      if let known = packed[length] { return known }
      let packer = try SequencePacker(sequenceLength: length, policy: experiment.packing)
      let new = (
        training: try packer.pack(training, vocabulary: vocabulary),
        validation: try packer.pack(validation, vocabulary: vocabulary, part: .heldOut)
      )
      packed[length] = new
      return new
    }
  }
}
