import Autodiff
import Kernels

/// What a block adds to the residual stream: a mixer, which lets positions see one another, or a feed-forward network.
package protocol Sublayer<S> {
  associatedtype S: Scalar

  /// - Parameters:
  ///   - x: `[batch, time, hiddenSize]`.
  ///   - residual: is added to the result; of the shape of `x`.
  ///   - context: what is known of the sequences.
  ///   - mode: whether to drop.
  /// - Returns: the shape of `x`.
  func callAsFunction(
    _ x: Tensor<S>, residual: Tensor<S>?, _ context: SequenceContext<S>, _ mode: ForwardMode
  ) -> Tensor<S>
}

/// What a mixer knows of the sequences besides their vectors; the same in every block.
package struct SequenceContext<S: Scalar> {
  let keyPadding: [Bool]?
  let rotation: Rotation<S>?
  let scoreBias: Tensor<S>?
  /// Is shown every attention before it is applied, with what it is applied to; changes nothing.
  var visit: ((SelfAttention<S>, _ x: Tensor<S>) -> Void)?

  /// - Parameters:
  ///   - keyPadding: `[batch, time]`; `true` hides that key.
  ///   - rotation: the second seam of a position encoding: what is applied to queries and keys.
  ///   - scoreBias: the third seam: what is added to the scores, `[heads, time, time]`, queries before keys.
  package init(keyPadding: [Bool]? = nil, rotation: Rotation<S>? = nil, scoreBias: Tensor<S>? = nil) {
    self.keyPadding = keyPadding
    self.rotation = rotation
    self.scoreBias = scoreBias
  }

  /// The same, for a layer in which nothing rotates.
  var withoutRotation: SequenceContext { SequenceContext(keyPadding: keyPadding, scoreBias: scoreBias) }
}
