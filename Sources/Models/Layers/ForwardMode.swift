import Autodiff
import Kernels
import Platform

/// Whether a pass trains, with dropout, or evaluates.
public enum ForwardMode: Sendable {
  /// Nothing is dropped.
  case evaluation
  /// Dropout draws are keyed by the run's seed and the step.
  case training(seed: UInt64, step: Int)

  /// Where the draws of a dropout layer come from.
  ///
  /// - Parameters:
  ///   - rate: the share to drop.
  ///   - place: the layer's name.
  /// - Returns: `nil` if nothing is to be dropped.
  func source(rate: Double, place: String) -> RandomSource? {
    guard rate > 0, case .training(let seed, let step) = self else { return nil }
    return RandomSource(seed: seed, purpose: "dropout " + place, step: step)
  }

  /// A tensor after dropout, or the tensor itself.
  func dropping<S: Scalar>(_ x: Tensor<S>, rate: Double, place: String) -> Tensor<S> {
    source(rate: rate, place: place).map { x.dropout(rate: rate, source: $0) } ?? x
  }
}
