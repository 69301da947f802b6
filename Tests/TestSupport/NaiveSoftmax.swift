import Foundation

extension Naive {
  /// The rows of a matrix.
  public static func rows(_ x: [Double], columns: Int) -> [[Double]] {
    stride(from: 0, to: x.count, by: max(1, columns)).map { Array(x[$0..<$0 + columns]) }
  }

  /// e^x / Σ e^x, row by row.
  public static func softmax(_ x: [Double], columns: Int) -> [Double] {
    logSoftmax(x, columns: columns).map { exp($0) }
  }

  /// x − log Σ e^x, row by row.
  public static func logSoftmax(_ x: [Double], columns: Int) -> [Double] {
    rows(x, columns: columns).flatMap { row in
      let largest = row.max()!
      let logarithm = log(row.reduce(0) { $0 + exp($1 - largest) })
      return row.map { $0 - largest - logarithm }
    }
  }

  /// Σ_j dy_j ∂y_j/∂x_i with ∂y_j/∂x_i = y_j(δ_ij − y_i).
  public static func softmaxBackward(_ dy: [Double], output y: [Double], columns: Int) -> [Double] {
    zip(rows(dy, columns: columns), rows(y, columns: columns)).flatMap { dy, y in
      y.indices.map { i in
        y.indices.reduce(0) { $0 + dy[$1] * y[$1] * ((i == $1 ? 1 : 0) - y[i]) }
      }
    }
  }

  /// Σ_j dy_j ∂y_j/∂x_i with ∂y_j/∂x_i = δ_ij − e^(y_i).
  public static func logSoftmaxBackward(_ dy: [Double], output y: [Double], columns: Int) -> [Double] {
    zip(rows(dy, columns: columns), rows(y, columns: columns)).flatMap { dy, y in
      y.indices.map { i in
        y.indices.reduce(0) { $0 + dy[$1] * ((i == $1 ? 1 : 0) - exp(y[i])) }
      }
    }
  }

  /// −log softmax at the label, and the logarithm of the sum of exponentials.
  public static func crossEntropy(
    _ logits: [Double], labels: [Int32], classes: Int
  ) -> (losses: [Double], logSumExp: [Double]) {
    let logs = rows(logSoftmax(logits, columns: classes), columns: classes)
    let x = rows(logits, columns: classes)
    return (
      labels.indices.map { -logs[$0][Int(labels[$0])] },
      labels.indices.map { x[$0][0] - logs[$0][0] }
    )
  }

  /// cotangent · (softmax − onehot).
  public static func crossEntropyBackward(
    _ cotangent: [Double], logits: [Double], labels: [Int32], classes: Int
  ) -> [Double] {
    rows(softmax(logits, columns: classes), columns: classes).enumerated().flatMap { row, y in
      y.indices.map { cotangent[row] * (y[$0] - ($0 == Int(labels[row]) ? 1 : 0)) }
    }
  }
}
