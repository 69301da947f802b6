import Autodiff
import Kernels
import Platform

/// What a weight holds before training.
public enum Initializer: Sendable, Equatable {
  /// Normal numbers of mean 0, cut at two standard deviations (BERT).
  case truncatedNormal(standardDeviation: Double)
  /// One number throughout.
  case constant(Double)
  /// Sinusoids of the positions from 0 on, a row a position, times a number (`sinusoids`).
  case sinusoids(width: Int, scale: Double)

  func values<S: Scalar>(count: Int, seed: UInt64, name: String) -> [S] {
    switch self {
    case .constant(let value): return Array(repeating: S(value), count: count)
    case .sinusoids(let width, let scale):
      let rows: Tensor<Double> = Models.sinusoids(positionCount: count / width, size: width)
      return rows.elements.map { S(scale * $0) }
    case .truncatedNormal(let deviation):
      let source = RandomSource(seed: seed, purpose: "initial " + name)
      return (0..<count).map { S(source.truncatedNormal(standardDeviation: deviation, at: $0)) }
    }
  }
}
