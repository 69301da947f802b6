import Autodiff
import Kernels

/// One of the layers that a trunk stacks: a short composition of norms, a mixer and a feed-forward network.
///
/// Each architecture's is a file of its own, which also gives the weights their names.
package protocol Block<S> {
  associatedtype S: Scalar

  /// A block over the weights of a scope, which get their names and initial values here if they are new.
  init(_ scope: ParameterScope<S>, _ configuration: EncoderConfiguration)

  /// - Parameters:
  ///   - x: `[batch, time, hiddenSize]`.
  ///   - context: what is known of the sequences.
  ///   - mode: whether to drop.
  /// - Returns: the shape of `x`.
  func callAsFunction(_ x: Tensor<S>, _ context: SequenceContext<S>, _ mode: ForwardMode) -> Tensor<S>
}
