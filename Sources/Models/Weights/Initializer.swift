import Kernels
import Platform

/// What a weight holds before training.
public enum Initializer: Sendable, Equatable {
  /// Normal numbers of mean 0, cut at two standard deviations (BERT).
  case truncatedNormal(standardDeviation: Double)
  /// One number throughout.
  case constant(Double)

  func values<S: Scalar>(count: Int, seed: UInt64, name: String) -> [S] {
    switch self {
    case .constant(let value): return Array(repeating: S(value), count: count)
    case .truncatedNormal(let deviation):
      let source = RandomSource(seed: seed, purpose: "initial " + name)
      return (0..<count).map { S(source.truncatedNormal(standardDeviation: deviation, at: $0)) }
    }
  }
}
