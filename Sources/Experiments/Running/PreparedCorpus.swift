import Foundation
import Platform
import Text
import Training

/// An experiment's corpus, ready to train on: split, tokenized and packed.
///
/// The split and the vocabulary are the same for every run; what is held out lends nothing to the vocabulary. The tokens
/// of a large corpus are kept in a file of the experiment's folder, which all its processes map.
final class PreparedCorpus {
  let hash: String
  let tokenizer: any Tokenizer
  private let experiment: Experiment
  private let tokens: TokenFile
  private var packed: [Int: (training: PackedSequences, validation: PackedSequences)] = [:]

  /// Bytes from which on a corpus is large.
  static let largeByteCount = 16 << 20

  /// Loads, splits and tokenizes the corpus of an experiment, or finds that done.
  ///
  /// - Parameters:
  ///   - experiment: whose corpus.
  ///   - folder: the experiment's folder, where the tokens of a large corpus are kept.
  ///   - largeByteCount: bytes from which on a corpus is large.
  ///   - listener: takes progress and warnings.
  /// - Throws: `InputError` if the corpus cannot be read, split or tokenized, or the folder cannot be written.
  init(
    _ experiment: Experiment, folder: String, largeByteCount: Int = largeByteCount,
    listener: RunListener = RunListener()
  ) throws {
    self.experiment = experiment
    let file = try Files.read(experiment.corpus, as: "corpus")
    guard file.count >= largeByteCount else {
      let corpus = try Corpus.load(path: experiment.corpus)
      hash = corpus.hash
      var bytes: [UInt8] = []
      let key = try Self.key(experiment, corpusHash: hash)
      tokenizer = try Self.tokenize(corpus, experiment, key: key, listener: listener) { bytes += $0 }
      tokens = try TokenFile(Data(bytes), key: key, specialTokens: tokenizer.vocabulary.specialTokens)
      return
    }
    hash = Digest.hexadecimal(of: file)
    let key = try Self.key(experiment, corpusHash: hash)
    let path = "\(folder)/tokens-\(key.prefix(16)).bin"
    try Files.makeFolder(folder)
    // The first of several processes makes the file; the others wait for it.
    let lock = try ProcessLock.take(path + ".lock", waits: true, notice: listener.warn)
    defer { lock?.release() }
    let given = try experiment.tokenizer.givenTokenizer { _ in }
    let special = given?.vocabulary.specialTokens ?? .bert
    if let known = try Self.known(path, key: key, special, listener: listener) {
      tokens = known
      tokenizer = try given ?? experiment.tokenizer.makeTokenizer(known.vocabulary)
    } else {
      let corpus = try Corpus.load(path: experiment.corpus)
      var made: (any Tokenizer)?
      try Files.write(to: path) { file in
        made = try Self.tokenize(corpus, experiment, key: key, listener: listener) { try file.append($0) }
      }
      tokenizer = made!
      do {
        tokens = try TokenFile(try Files.read(path, as: "tokens"), key: key, specialTokens: special)
      } catch let damage as TokenFile.Damage {
        throw InputError(
          at: path, "\(damage) right after it was written", expected: "a disk that keeps what it is given")
      }
    }
  }

  /// The tokens that an earlier process has left, if they are whole.
  private static func known(
    _ path: String, key: String, _ special: SpecialTokens, listener: RunListener
  ) throws -> TokenFile? {
    guard Files.exists(path) else { return nil }
    do {
      return try TokenFile(try Files.read(path, as: "tokens"), key: key, specialTokens: special)
    } catch let damage as TokenFile.Damage {
      listener.warn("\(path): \(damage); it is made anew")
      return nil
    }
  }

  /// Splits a corpus, makes its tokenizer, and hands the tokens out.
  private static func tokenize(
    _ corpus: Corpus, _ experiment: Experiment, key: String, listener: RunListener,
    append: (UnsafeRawBufferPointer) throws -> Void
  ) throws -> any Tokenizer {
    let parts = try corpus.split(
      validationFraction: experiment.validation.fraction, contiguous: experiment.validation.split == .block, seed: 0)
    let progress = TextProgress(corpus.documents.byteCount, listener)
    let tokenizer = try experiment.tokenizer.makeTokenizer(training: parts.training, notice: listener.warn) {
      progress.add($0, "counting words")
    }
    progress.restart()
    try TokenFile.make(
      training: parts.training, validation: parts.validation, tokenizer: tokenizer, key: key, append: append
    ) { progress.add($0, "tokenizing") }
    progress.finish()
    return tokenizer
  }

  /// What the tokens depend on: the text, how it is split, the tokenizer, and this program's way with them.
  private static func key(_ experiment: Experiment, corpusHash: String) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    var digest = Digest()
    let parts = [
      "tokens 1", corpusHash, try experiment.tokenizer.vocabularyFilesHash(),
      String(decoding: try encoder.encode(experiment.tokenizer), as: UTF8.self),
      String(experiment.validation.fraction), experiment.validation.split.rawValue,
    ]
    digest.update(Array(parts.joined(separator: "\n").utf8))
    return digest.finish()
  }

  var vocabulary: Vocabulary { tokenizer.vocabulary }

  /// Tokens to train on and held out, special tokens not counted.
  var tokenCounts: (training: Int, validation: Int) { (tokens.training.count, tokens.validation.count) }

  /// Documents to train on, and how many of them differ.
  var documentCounts: (all: Int, distinct: Int) {
    (tokens.training.documentCount, tokens.training.distinctDocumentCount)
  }

  /// How often a cell sees each token to train on, on average: tokens trained on for each of these.
  ///
  /// - Throws: `InputError` if there is not enough text for one sequence.
  func passes(of cell: Cell) throws -> Double {
    let sequences = try sequences(length: cell.training.sequenceLength).training
    let trained = Double(cell.training.steps * cell.training.batchSize) / Double(sequences.count)
    return trained * Double(sequences.tokenCount) / Double(tokens.training.count)
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
  func validationBatches<O: Objective<PackedSequences>>(of cell: Cell, for objective: O) throws -> [O.Batch] {
    try ValidationSet(
      objective, examples: sequences(length: cell.training.sequenceLength).validation, batchSize: 32,
      limit: experiment.validation.sequences
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

  private func sequences(length: Int) throws -> (training: PackedSequences, validation: PackedSequences) {
    if let known = packed[length] { return known }
    let packer = try SequencePacker(sequenceLength: length, policy: experiment.packing)
    let parts = (
      training: try packer.pack(tokens.training, vocabulary: vocabulary),
      validation: try packer.pack(tokens.validation, vocabulary: vocabulary, part: .heldOut)
    )
    packed[length] = parts
    return parts
  }
}

/// Says how far a text has been read, and how fast.
private final class TextProgress {
  private let total: Int
  private let listener: RunListener
  private var done = 0
  private var start = ContinuousClock.now

  init(_ total: Int, _ listener: RunListener) {
    self.total = total
    self.listener = listener
  }

  private var speed: String {
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    return "\((Double(done) / 1e6 / max(seconds, 1e-3)).formatted(decimals: 1)) MB/s"
  }

  func add(_ byteCount: Int, _ what: String) {
    done += byteCount
    // What takes a moment needs no progress.
    guard total >= PreparedCorpus.largeByteCount else { return }
    listener.preparation("\(what)  \(100 * done / max(1, total)) %  \(speed)")
  }

  func restart() {
    done = 0
    start = .now
  }

  func finish() {
    guard done >= PreparedCorpus.largeByteCount else { return }
    listener.announce(
      "tokenized \(Double(done).countText)B at \(speed) on \(ThreadPool.shared.threadCount.counted("thread"))")
  }
}
