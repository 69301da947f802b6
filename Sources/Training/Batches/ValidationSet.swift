import Platform

/// Held-out examples in batches, whose random choices are made once: the same for every arm, every run and every batch
/// size.
public struct ValidationSet<O: Objective>: Sendable {
  /// The examples in batches; the last one may hold fewer.
  public let batches: [O.Batch]

  /// Puts held-out examples into batches.
  ///
  /// - Parameters:
  ///   - objective: what makes the batches.
  ///   - examples: the held-out examples.
  ///   - batchSize: the examples of a batch.
  ///   - limit: the most examples used, spread evenly over all; `nil` for all.
  /// - Throws: `InputError` if the batch size or the limit is not positive.
  public init(_ objective: O, examples: O.Examples, batchSize: Int, limit: Int? = nil) throws {
    guard batchSize > 0 else {
      throw InputError(at: "batchSize", "is \(batchSize)", expected: "a whole number from 1 on")
    }
    let count = min(limit ?? examples.count, examples.count)
    guard count > 0 else {
      throw InputError(at: "validation", "has \(count) sequences", expected: "at least one")
    }
    let rows = (0..<count).map { $0 * examples.count / count }
    batches = stride(from: 0, to: count, by: batchSize).map { start in
      objective.batch(of: Array(rows[start..<min(start + batchSize, count)]), from: examples, .heldOut)
    }
  }
}
