import Platform

/// Held-out sequences whose masks are drawn once: the same for every arm, every run and every batch size.
public struct ValidationSet: Sendable {
  /// The seed of the masks, no run's own.
  private static let seed: UInt64 = 0x524f_464f_524d_4552

  /// The sequences in batches; the last one may hold fewer.
  public let batches: [MaskedBatch]

  /// The number of hidden tokens in all batches.
  public var maskedCount: Int { batches.reduce(0) { $0 + $1.labels.count } }

  /// Masks the sequences.
  ///
  /// - Parameters:
  ///   - sequences: the held-out sequences.
  ///   - vocabulary: the vocabulary of their tokens.
  ///   - batchSize: the sequences of a batch.
  ///   - maskingRule: which tokens are hidden.
  ///   - limit: the most sequences used, spread evenly over all; `nil` for all.
  /// - Throws: `InputError` if the batch size or the limit is not positive.
  public init(
    sequences: PackedSequences, vocabulary: Vocabulary, batchSize: Int, maskingRule: MaskingRule = .bert,
    limit: Int? = nil
  ) throws {
    guard batchSize > 0 else {
      throw InputError(at: "batchSize", "is \(batchSize)", expected: "a whole number from 1 on")
    }
    let count = min(limit ?? sequences.count, sequences.count)
    guard count > 0 else {
      throw InputError(at: "validation", "has \(count) sequences", expected: "at least one")
    }
    let rows = (0..<count).map { $0 * sequences.count / count }
    let random = RandomSource(seed: Self.seed, purpose: "validation masking")
    batches = stride(from: 0, to: count, by: batchSize).map { start in
      let batch = Array(rows[start..<min(start + batchSize, count)])
      return MaskedBatch(sequences: sequences, rows: batch, vocabulary: vocabulary, rule: maskingRule) { index in
        (random, batch[index])
      }
    }
  }
}
