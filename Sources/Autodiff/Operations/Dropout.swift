import Kernels
import Platform

extension Tensor {
  /// The tensor with a share of its elements zeroed and the others scaled by 1/(1 − rate).
  ///
  /// Source: Srivastava et al. 2014.
  ///
  /// Backward: dL/dx = dL/dy with the same elements zeroed and the same scale. The draws are keyed, so
  /// nothing is saved.
  ///
  /// - Parameters:
  ///   - rate: the share in [0, 1); 0 returns the tensor itself.
  ///   - source: decides which elements.
  /// - Returns: the shape is unchanged.
  public func dropout(rate: Double, source: RandomSource) -> Tensor {
    precondition((0..<1).contains(rate), "dropout: rate \(rate) is outside of [0, 1)")
    guard rate > 0 else { return self }
    let y = Storage<S>(uninitialized: count)
    Kernels.dropout(values, count: count, rate: rate, source: source, into: y.pointer, .overwrite)
    return Tape.record("dropout", [self], y, shape: shape) { [count] back in
      back.into(0) { Kernels.dropout(back.dy, count: count, rate: rate, source: source, into: $0, $1) }
    }
  }
}
