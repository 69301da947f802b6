import Kernels

extension Tensor {
  /// The part of an axis within a range.
  ///
  /// Backward: dL/dx is dL/dy within the range and zero outside.
  ///
  /// - Parameters:
  ///   - axis: −1 is the last.
  ///   - range: indices of that axis; may be empty.
  /// - Returns: the shape with the range's length for that axis.
  public func sliced(alongAxis axis: Int, _ range: Range<Int>) -> Tensor {
    let axis = self.axis(axis, "sliced")
    precondition(
      range.lowerBound >= 0 && range.upperBound <= shape[axis], "sliced: \(range) of axis \(axis) of shape \(shape)")
    var (starts, sizes) = ([Int](repeating: 0, count: rank), shape)
    starts[axis] = range.lowerBound
    sizes[axis] = range.count
    let y = Storage<S>(uninitialized: sizes.reduce(1, *))
    copyBlock(values, shape: shape, starts: starts, sizes: sizes, into: y.pointer)
    return Tape.record("sliced", [self], y, shape: sizes) { [shape, starts, sizes] back in
      back.into(0) { addBlock(back.dy, shape: shape, starts: starts, sizes: sizes, into: $0, $1) }
    }
  }
}
