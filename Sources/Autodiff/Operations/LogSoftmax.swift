import Kernels

extension Tensor {
  /// x − log Σ exp(x) along an axis; the shape is unchanged.
  ///
  /// Backward: dL/dx = dL/dy − exp(y) · Σ dL/dy, so only `y` is saved.
  ///
  /// - Parameter axis: the axis whose exponentials sum to one; −1 is the last.
  /// - Returns: the logarithms of a distribution along that axis.
  public func logSoftmax(alongAxis axis: Int = -1) -> Tensor {
    movingLast(axis, "logSoftmax") { x in
      let (rows, columns) = x.rowsAndColumns
      let y = Storage<S>(uninitialized: x.count)
      Kernels.logSoftmax(x.values, rows: rows, columns: columns, into: y.pointer)
      return Tape.record("logSoftmax", [x], y, shape: x.shape) { back in
        back.into(0) {
          logSoftmaxBackward(cotangent: back.dy, output: y.pointer, rows: rows, columns: columns, into: $0, $1)
        }
      }
    }
  }
}
