import Kernels

extension Tensor {
  /// The sum along axes, which disappear.
  ///
  /// Backward: dL/dx is dL/dy spread along those axes.
  ///
  /// - Parameter axes: −1 is the last; all axes if `nil`.
  /// - Returns: the shape without those axes.
  public func sum(alongAxes axes: [Int]? = nil) -> Tensor {
    let summed = Set((axes ?? Array(0..<rank)).map { axis($0, "sum") })
    let kept = shape.indices.filter { !summed.contains($0) }
    let result = kept.map { shape[$0] }
    var strides = [Int](repeating: 0, count: rank)
    for (axis, stride) in zip(kept, rowMajorStrides(result)) { strides[axis] = stride }
    let y = Storage<S>(uninitialized: result.reduce(1, *))
    sumReducing(values, shape: shape, keeping: strides, into: y.pointer, .overwrite)
    return Tape.record("sum", [self], y, shape: result) { [shape, strides] back in
      back.into(0) { spread(back.dy, strides: strides, shape: shape, scale: 1, into: $0, $1) }
    }
  }

  /// The mean along axes, which disappear.
  ///
  /// Backward: dL/dx is dL/dy spread along those axes, divided by the number of elements in a mean.
  ///
  /// - Parameter axes: −1 is the last; all axes if `nil`.
  /// - Returns: the shape without those axes.
  public func mean(alongAxes axes: [Int]? = nil) -> Tensor {
    let total = sum(alongAxes: axes)
    precondition(count > 0, "mean: shape \(shape) has no elements")
    return total.scaled(by: S(total.count) / S(count))
  }
}
