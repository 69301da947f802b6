import Kernels

extension Tensor {
  /// exp(x) / Σ exp(x) along an axis; the shape is unchanged.
  ///
  /// Backward: dL/dx = y · (dL/dy − Σ dL/dy · y), so only `y` is saved.
  ///
  /// - Parameter axis: the axis that sums to one; −1 is the last.
  /// - Returns: a distribution along that axis.
  public func softmax(alongAxis axis: Int = -1) -> Tensor {
    movingLast(axis, "softmax") { x in
      let (rows, columns) = x.rowsAndColumns
      let y = Storage<S>(uninitialized: x.count)
      Kernels.softmax(x.values, rows: rows, columns: columns, into: y.pointer)
      return Tape.record("softmax", [x], y, shape: x.shape) { back in
        back.into(0) {
          softmaxBackward(cotangent: back.dy, output: y.pointer, rows: rows, columns: columns, into: $0, $1)
        }
      }
    }
  }

  /// Applies an operation along the last axis to any axis, by transposing there and back.
  func movingLast(_ axis: Int, _ name: String, _ operation: (Tensor) -> Tensor) -> Tensor {
    let axis = self.axis(axis, name)
    guard axis != rank - 1 else { return operation(self) }
    return operation(swappingAxes(axis, rank - 1)).swappingAxes(axis, rank - 1)
  }

  /// The tensor seen as a matrix whose rows are the last axis.
  var rowsAndColumns: (rows: Int, columns: Int) {
    let columns = shape.last ?? 1
    return (columns == 0 ? 0 : count / columns, columns)
  }
}
