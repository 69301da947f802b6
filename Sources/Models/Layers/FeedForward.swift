import Autodiff
import Kernels

/// The feed-forward network of a block: gelu(x·W₁ᵀ + b₁)·W₂ᵀ + b₂, each position by itself.
package struct FeedForward<S: Scalar>: Sublayer {
  private let inner: Dense<S>
  private let outer: Dense<S>

  /// A network of two layers.
  ///
  /// - Parameters:
  ///   - inner: to the inner width.
  ///   - outer: back from it.
  package init(inner: Dense<S>, outer: Dense<S>) {
    self.inner = inner
    self.outer = outer
  }

  package func callAsFunction(
    _ x: Tensor<S>, residual: Tensor<S>?, _ context: SequenceContext<S>, _ mode: ForwardMode
  ) -> Tensor<S> {
    x.feedForward(
      innerWeight: inner.weight, innerBias: inner.bias, outerWeight: outer.weight, outerBias: outer.bias,
      residual: residual)
  }
}
