import Platform

/// What batches are drawn from: examples that are counted from 0.
public protocol ExampleSet: Sendable {
  /// How many examples there are.
  var count: Int { get }
  /// How many of what there are, in words, such as "12 sequences of 64 tokens".
  var countText: String { get }
}

/// What a step learns from, or what a model is measured on.
public protocol ExampleBatch: Sendable, Equatable {
  /// The number of tokens that are not padding.
  var tokenCount: Int { get }
  /// The SHA-256 of the whole batch, in hexadecimal: equal for arms that are shown the same.
  var digest: String { get }
}

/// What the random choices of a batch are functions of.
public enum BatchDraws: Sendable, Equatable {
  /// Drawn anew at each step of a run, which counts from 0.
  case step(Int, seed: UInt64)
  /// Drawn once for each example, the same for every arm, every run and every batch size.
  case heldOut

  /// The seed of what is held out, no run's own.
  private static let heldOutSeed: UInt64 = 0x524f_464f_524d_4552

  /// The random numbers for a purpose.
  ///
  /// - Parameters:
  ///   - purpose: what is drawn, such as "masking".
  ///   - rows: the numbers of the batch's examples.
  /// - Returns: the source, and the key of each example's draws: its place in the batch, or its number if it is held out.
  public func source(for purpose: String, rows: [Int]) -> (RandomSource, keys: [Int]) {
    switch self {
    case .step(let step, let seed):
      (RandomSource(seed: seed, purpose: purpose, step: step), Array(rows.indices))
    case .heldOut: (RandomSource(seed: Self.heldOutSeed, purpose: "validation " + purpose), rows)
    }
  }
}
