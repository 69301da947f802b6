import Autodiff
import Kernels

/// The feed-forward network of a block: f(x·W₁ᵀ + b₁)·W₂ᵀ + b₂ for an activation f, each position by itself.
package struct FeedForward<S: Scalar>: Sublayer {
  private let inner: Dense<S>
  private let outer: Dense<S>
  private let activation: Activation

  /// A network of two layers.
  ///
  /// - Parameters:
  ///   - inner: to the inner width.
  ///   - outer: back from it.
  ///   - activation: between them; exact GELU alone is computed within the products.
  package init(inner: Dense<S>, outer: Dense<S>, activation: Activation = .gelu) {
    self.inner = inner
    self.outer = outer
    self.activation = activation
  }

  package func callAsFunction(
    _ x: Tensor<S>, residual: Tensor<S>?, _ context: SequenceContext<S>, _ mode: ForwardMode
  ) -> Tensor<S> {
    guard activation == .gelu else { return outer(inner(x).activated(by: activation), residual: residual) }
    return x.feedForward(
      innerWeight: inner.weight, innerBias: inner.bias, outerWeight: outer.weight, outerBias: outer.bias,
      residual: residual)
  }
}
