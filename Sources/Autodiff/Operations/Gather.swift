import Kernels

extension Tensor {
  /// The rows with the given indices, in their order; an embedding is a table gathered by tokens.
  ///
  /// Backward: each row of dL/dx is the sum of those rows of dL/dy that were taken from it.
  ///
  /// - Parameters:
  ///   - indices: rows of this `[rows, d]` tensor; may repeat.
  ///   - leading: the axes that the indices stand for; one axis if `nil`.
  /// - Returns: `leading + [d]`.
  public func gathering(rows indices: [Int32], leading: [Int]? = nil) -> Tensor {
    precondition(rank == 2, "gathering: shape \(shape) is not [rows, columns]")
    let (rows, columns) = (shape[0], shape[1])
    let axes = leading ?? [indices.count]
    precondition(axes.reduce(1, *) == indices.count, "gathering: \(indices.count) indices as \(axes)")
    precondition(
      indices.allSatisfy { $0 >= 0 && $0 < Int32(rows) }, "gathering: an index is outside of \(rows) rows")
    let y = Storage<S>(uninitialized: indices.count * columns)
    gatherRows(values, columns: columns, indices: indices, count: indices.count, into: y.pointer)
    return Tape.record("gathering", [self], y, shape: axes + [columns]) { back in
      back.into(0) {
        scatterAddRows(
          back.dy, columns: columns, indices: indices, count: indices.count, tableRows: rows, into: $0, $1)
      }
    }
  }
}
