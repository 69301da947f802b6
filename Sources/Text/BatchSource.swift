import Platform
import Synchronization

/// The batches of a training run: batch `n` is a pure function of the seed and n.
///
/// Each epoch goes through all sequences in an order of its own. Batches follow one another through the epochs, so one
/// may hold the end of an epoch and the beginning of the next. Masks are drawn anew at each step.
public final class BatchSource: Sendable {
  /// The sequences drawn from.
  public let sequences: PackedSequences

  /// The sequences of a batch.
  public let batchSize: Int

  private let vocabulary: Vocabulary
  private let seed: UInt64
  private let rule: MaskingRule
  /// The orders of the epochs asked for last, which take as long to draw as a batch or longer.
  private let orders = Mutex<[(epoch: Int, order: [UInt32])]>([])

  /// The batches of a run.
  ///
  /// - Parameters:
  ///   - sequences: the sequences to train on.
  ///   - vocabulary: the vocabulary of their tokens.
  ///   - batchSize: the sequences of a batch.
  ///   - seed: the run's seed.
  ///   - maskingRule: which tokens are hidden.
  /// - Throws: `InputError` if there are fewer sequences than a batch holds.
  public init(
    sequences: PackedSequences, vocabulary: Vocabulary, batchSize: Int, seed: UInt64, maskingRule: MaskingRule = .bert
  ) throws {
    guard batchSize > 0 else {
      throw InputError(at: "batchSize", "is \(batchSize)", expected: "a whole number from 1 on")
    }
    guard sequences.count >= batchSize else {
      throw InputError(
        at: "corpus", "gives \(sequences.count.counted("sequence")) of \(sequences.sequenceLength) tokens to train on",
        expected: "at least one batch of \(batchSize)")
    }
    self.sequences = sequences
    self.vocabulary = vocabulary
    self.batchSize = batchSize
    self.seed = seed
    rule = maskingRule
  }

  /// The batch of a step, steps counted from 0.
  public func batch(at step: Int) -> MaskedBatch {
    precondition(step >= 0, "BatchSource.batch(at:): step \(step)")
    let first = step * batchSize
    let rows = (first..<first + batchSize).map { index in
      let (epoch, place) = index.quotientAndRemainder(dividingBy: sequences.count)
      return Int(order(ofEpoch: epoch)[place])
    }
    let random = RandomSource(seed: seed, purpose: "masking", step: step)
    return MaskedBatch(sequences: sequences, rows: rows, vocabulary: vocabulary, rule: rule) { (random, $0) }
  }

  private func order(ofEpoch epoch: Int) -> [UInt32] {
    orders.withLock { orders in
      if let known = orders.first(where: { $0.epoch == epoch }) { return known.order }
      let order = RandomSource(seed: seed, purpose: "epoch", step: epoch).compactPermutation(of: sequences.count)
      orders = orders.suffix(1) + [(epoch, order)]
      return order
    }
  }
}
