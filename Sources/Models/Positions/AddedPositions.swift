import Autodiff
import Kernels

/// What a position scheme adds to the embeddings.
public struct AddedPositions<S: Scalar> {
  private let tokenScale: S
  private let table: (_ time: Int) -> Tensor<S>

  /// Rows that are added, position by position.
  ///
  /// - Parameters:
  ///   - tokenScale: what token embeddings are multiplied by before.
  ///   - table: the rows `[time, embeddingSize]` of a number of positions from the first one on.
  init(tokenScale: S = 1, table: @escaping (_ time: Int) -> Tensor<S>) {
    self.tokenScale = tokenScale
    self.table = table
  }

  /// Token embeddings at the scale that the scheme wants.
  package func scaled(_ tokens: Tensor<S>) -> Tensor<S> { tokenScale == 1 ? tokens : tokens.scaled(by: tokenScale) }

  /// Embeddings `[batch, time, embeddingSize]` with those of the positions added.
  package func added(to x: Tensor<S>) -> Tensor<S> { x + table(x.shape[1]) }
}
