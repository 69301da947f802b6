import Platform
import Text

/// An experiment's corpus, split, and the tokenizer that its training part makes.
struct CorpusParts {
  let training: Documents
  let validation: Documents
  let tokenizer: any Tokenizer

  /// Splits a corpus and makes its tokenizer.
  ///
  /// - Throws: `InputError` if the corpus cannot be split, or gives no tokenizer.
  init(_ corpus: Corpus, _ experiment: Experiment, _ listener: RunListener) throws {
    (training, validation) = try corpus.split(experiment.validation)
    let progress = TextProgress(corpus.documents.byteCount, listener)
    tokenizer = try experiment.tokenizer.makeTokenizer(training: training, notice: listener.warn) {
      progress.add($0, "counting words")
    }
  }
}

/// Says how far a text has been read, and how fast.
final class TextProgress {
  private let total: Int
  private let listener: RunListener
  private var done = 0
  private let start = ContinuousClock.now

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

  func finish() {
    guard done >= PreparedCorpus.largeByteCount else { return }
    listener.announce(
      "tokenized \(Double(done).countText)B at \(speed) on \(ThreadPool.shared.threadCount.counted("thread"))")
  }
}
