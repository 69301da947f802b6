import Models
import Kernels
import Platform

/// Hashes that prove what runs of one seed share: the same first weights, the same batches, the same masks.
public struct RunDigests: Codable, Sendable, Equatable {
  /// SHA-256 of the initial weights that all arms of one trunk share, those of the position encoding left out.
  public var initialWeights: String
  /// A chain of SHA-256 over all batches so far, inputs and masks together.
  public var batches: String

  /// The digests of a run before its first step.
  public init<S: Scalar>(initial store: ParameterStore<S>) {
    initialWeights = store.digest { $0.part != .positions }
    batches = ""
  }

  /// Takes a batch into the chain.
  mutating func append(_ batch: some ExampleBatch) {
    var digest = Digest()
    digest.update(Array((batches + batch.digest).utf8))
    batches = digest.finish()
  }
}
