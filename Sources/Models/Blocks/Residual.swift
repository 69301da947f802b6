import Autodiff
import Kernels

/// A sublayer with its norm, its dropout and its residual connection: norm(x + f(x)), or x + f(norm(x)) with pre-LN.
struct Residual<Inner: Sublayer> {
  typealias S = Inner.S

  private let sublayer: Inner
  private let norm: any Norm<S>
  private let order: EncoderConfiguration.ResidualOrder
  private let dropout: Double
  private let place: String

  /// - Parameters:
  ///   - sublayer: f.
  ///   - norm: where the vectors are brought to one scale.
  ///   - order: before f, or after the sum.
  ///   - dropout: the share of f's result that is set to zero.
  ///   - place: keys the draws of the dropout.
  init(
    _ sublayer: Inner, norm: any Norm<S>, _ order: EncoderConfiguration.ResidualOrder, dropout: Double, place: String
  ) {
    self.sublayer = sublayer
    self.norm = norm
    self.order = order
    self.dropout = dropout
    self.place = place
  }

  func callAsFunction(_ x: Tensor<S>, _ context: SequenceContext<S>, _ mode: ForwardMode) -> Tensor<S> {
    /// x + f(input), in f's last product where no dropout lies between.
    func sum(_ input: Tensor<S>) -> Tensor<S> {
      guard let source = mode.source(rate: dropout, place: place) else {
        return sublayer(input, residual: x, context, mode)
      }
      return x + sublayer(input, residual: nil, context, mode).dropout(rate: dropout, source: source)
    }
    switch order {
    case .post: return norm(sum(x))
    case .pre: return sum(norm(x))
    }
  }
}
