import Kernels

extension Tensor {
  /// −log softmax(logits) at each row's label, in nats.
  ///
  /// Backward: dL/dlogits = dL/dy · (softmax(logits) − one-hot(label)), row by row.
  ///
  /// - Parameter labels: a class a row of these `[rows, classes]` logits.
  /// - Returns: `[rows]`.
  public func crossEntropy(labels: [Int32]) -> Tensor {
    precondition(
      rank == 2 && shape[0] == labels.count, "crossEntropy: \(labels.count) labels for logits of shape \(shape)")
    let (rows, classes) = (shape[0], shape[1])
    precondition(
      labels.allSatisfy { $0 >= 0 && $0 < Int32(classes) }, "crossEntropy: a label is outside of \(classes) classes")
    let logits = storage
    let (losses, logSumExp) = (Storage<S>(uninitialized: rows), Storage<S>(uninitialized: rows))
    Kernels.crossEntropy(
      logits.pointer, labels: labels, rows: rows, classes: classes, losses: losses.pointer,
      logSumExp: logSumExp.pointer)
    return Tape.record("crossEntropy", [self], losses, shape: [rows]) { back in
      back.into(0) {
        crossEntropyBackward(
          cotangent: back.dy, logits: logits.pointer, labels: labels, logSumExp: logSumExp.pointer, rows: rows,
          classes: classes, into: $0, $1)
      }
    }
  }
}
