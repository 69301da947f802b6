import Platform
import Synchronization

/// The batches of a training run: batch `n` is a pure function of the seed and n.
///
/// Each epoch goes through all examples in an order of its own. Batches follow one another through the epochs, so one
/// may hold the end of an epoch and the beginning of the next.
public final class BatchSource<O: Objective>: Sendable {
  /// What makes the batches.
  public let objective: O

  /// What they are drawn from.
  public let examples: O.Examples

  /// The examples of a batch.
  public let batchSize: Int

  private let seed: UInt64
  /// The orders of the epochs asked for last, which take as long to draw as a batch or longer.
  private let orders = Mutex<[(epoch: Int, order: [UInt32])]>([])

  /// The batches of a run.
  ///
  /// - Parameters:
  ///   - objective: what makes the batches.
  ///   - examples: what is trained on.
  ///   - batchSize: the examples of a batch.
  ///   - seed: the run's seed.
  /// - Throws: `InputError` if there are fewer examples than a batch holds.
  public init(_ objective: O, examples: O.Examples, batchSize: Int, seed: UInt64) throws {
    guard batchSize > 0 else {
      throw InputError(at: "batchSize", "is \(batchSize)", expected: "a whole number from 1 on")
    }
    guard examples.count >= batchSize else {
      throw InputError(
        at: "corpus", "gives \(examples.countText) to train on", expected: "at least one batch of \(batchSize)")
    }
    self.objective = objective
    self.examples = examples
    self.batchSize = batchSize
    self.seed = seed
  }

  /// The batch of a step, steps counted from 0.
  public func batch(at step: Int) -> O.Batch {
    precondition(step >= 0, "BatchSource.batch(at:): step \(step)")
    let first = step * batchSize
    let rows = (first..<first + batchSize).map { index in
      let (epoch, place) = index.quotientAndRemainder(dividingBy: examples.count)
      return Int(order(ofEpoch: epoch)[place])
    }
    return objective.batch(of: rows, from: examples, .step(step, seed: seed))
  }

  private func order(ofEpoch epoch: Int) -> [UInt32] {
    orders.withLock { orders in
      if let known = orders.first(where: { $0.epoch == epoch }) { return known.order }
      let order = RandomSource(seed: seed, purpose: "epoch", step: epoch).compactPermutation(of: examples.count)
      orders = orders.suffix(1) + [(epoch, order)]
      return order
    }
  }
}
