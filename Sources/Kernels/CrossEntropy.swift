// logits are [rows, classes]; labels, losses, cotangents and log-sum-exps [rows].

/// The cross-entropy of each row in nats: losses = log Σ eˣ − x[label].
///
/// Sums are in the order of `sumOfExponentials`.
///
/// - Precondition: every label is in `0..<classes`.
@specialized(where S == Float)
@specialized(where S == Double)
public func crossEntropy<S: Scalar>(
  _ logits: UnsafePointer<S>, labels: UnsafePointer<Int32>, rows: Int, classes: Int,
  losses: UnsafeMutablePointer<S>, logSumExp: UnsafeMutablePointer<S>
) {
  forEachChunk(ofRows: rows, columns: classes) { range in
    for row in range {
      let x = logits + row * classes
      let label = Int(labels[row])
      assert((0..<classes).contains(label), "crossEntropy: label \(label) of \(classes) classes")
      let (largest, logarithm) = Kernels.logSumExp(x, count: classes)
      logSumExp[row] = largest + logarithm
      losses[row] = (largest - x[label]) + logarithm
    }
  }
}

/// The gradient of `crossEntropy`: dx (+)= cotangent · (softmax x − onehot(label)).
///
/// `cotangent` has one number per row; `logSumExp` is what `crossEntropy` found.
@specialized(where S == Float)
@specialized(where S == Double)
public func crossEntropyBackward<S: Scalar>(
  cotangent: UnsafePointer<S>, logits: UnsafePointer<S>, labels: UnsafePointer<Int32>, logSumExp: UnsafePointer<S>,
  rows: Int, classes: Int, into dLogits: UnsafeMutablePointer<S>, _ accumulation: Accumulation
) {
  forEachChunk(ofRows: rows, columns: classes) { range in
    for row in range {
      let dx = dLogits + row * classes
      let label = Int(labels[row])
      assert((0..<classes).contains(label), "crossEntropyBackward: label \(label) of \(classes) classes")
      let shift = S.Vector(repeating: logSumExp[row])
      let factor = S.Vector(repeating: cotangent[row])
      @inline(__always)
      func gradient(_ x: S.Vector) -> S.Vector { factor * S.exp(x - shift) }
      map(logits + row * classes, count: classes, into: dx, accumulation, gradient)
      dx[label] -= cotangent[row]
    }
  }
}

/// How many rows have their largest logit at the label; of equal ones the first counts as the largest.
@specialized(where S == Float)
@specialized(where S == Double)
public func argmaxCorrect<S: Scalar>(
  _ logits: UnsafePointer<S>, labels: UnsafePointer<Int32>, rows: Int, classes: Int
) -> Int {
  guard rows > 0 else { return 0 }
  return withUnsafeTemporaryAllocation(of: Bool.self, capacity: rows) { isCorrect in
    forEachChunk(ofRows: rows, columns: classes) { range in
      for row in range {
        let x = logits + row * classes
        let label = Int(labels[row])
        let largest = maximum(x, count: classes)
        isCorrect[row] = x[label] == largest && !(0..<label).contains { x[$0] == largest }
      }
    }
    return isCorrect.count { $0 }
  }
}
