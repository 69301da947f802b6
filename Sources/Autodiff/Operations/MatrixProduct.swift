import Kernels

extension Tensor {
  /// The product of matrices in the last two axes; leading axes are a batch.
  ///
  /// `[…, M, K] · […, K, N]`, either side transposed first if asked. The leading axes are equal, or one side is a
  /// single matrix that serves the whole batch.
  ///
  /// Backward, for Y = A·B: dL/dA = dL/dY · Bᵀ, dL/dB = Aᵀ · dL/dY.
  ///
  /// - Parameters:
  ///   - other: the right factor.
  ///   - transposingSelf: whether the left factor lies as `[…, K, M]`.
  ///   - transposingOther: whether the right factor lies as `[…, N, K]`.
  /// - Returns: `[…, M, N]`.
  public func matrixMultiplied(
    by other: Tensor, transposingSelf: Bool = false, transposingOther: Bool = false
  ) -> Tensor {
    let product = Product(self, other, transposingSelf, transposingOther)
    let (a, b) = (storage, other.storage)
    let y = Storage<S>(uninitialized: product.batch * product.m * product.n)
    product.multiply(a.pointer, b.pointer, into: y.pointer)
    return Tape.record("matrixMultiplied", [self, other], y, shape: product.outputShape) { back in
      back.into(0) { product.leftGradient(back.dy, b.pointer, into: $0, $1) }
      back.into(1) { product.rightGradient(back.dy, a.pointer, into: $0, $1) }
    }
  }
}

/// A batched product: sizes, which sides are transposed, and which side repeats.
private struct Product<S: Scalar> {
  let batch: Int
  let m: Int
  let n: Int
  let k: Int
  let transposesA: Bool
  let transposesB: Bool
  let repeatsA: Bool
  let repeatsB: Bool
  let outputShape: [Int]

  init(_ a: Tensor<S>, _ b: Tensor<S>, _ transposesA: Bool, _ transposesB: Bool) {
    precondition(a.rank >= 2 && b.rank >= 2, "matrixMultiplied: shapes \(a.shape) and \(b.shape) are not matrices")
    let (aRows, aColumns) = (a.shape[a.rank - 2], a.shape[a.rank - 1])
    let (bRows, bColumns) = (b.shape[b.rank - 2], b.shape[b.rank - 1])
    m = transposesA ? aColumns : aRows
    k = transposesA ? aRows : aColumns
    n = transposesB ? bRows : bColumns
    let (aBatch, bBatch) = (Array(a.shape.dropLast(2)), Array(b.shape.dropLast(2)))
    precondition(
      k == (transposesB ? bColumns : bRows) && (aBatch == bBatch || aBatch.isEmpty || bBatch.isEmpty),
      "matrixMultiplied: shapes \(a.shape)\(transposesA ? "ᵀ" : "") and \(b.shape)\(transposesB ? "ᵀ" : "")")
    let axes = aBatch.isEmpty ? bBatch : aBatch
    batch = axes.reduce(1, *)
    repeatsA = aBatch.isEmpty && !bBatch.isEmpty
    repeatsB = bBatch.isEmpty && !aBatch.isEmpty
    self.transposesA = transposesA
    self.transposesB = transposesB
    outputShape = axes + [m, n]
  }

  /// A view as `[M, K]`.
  private func left(_ p: UnsafePointer<S>) -> Matrix<S> {
    transposesA ? Matrix(p, rows: k, columns: m).transposed : Matrix(p, rows: m, columns: k)
  }

  /// A view as `[K, N]`.
  private func right(_ p: UnsafePointer<S>) -> Matrix<S> {
    transposesB ? Matrix(p, rows: n, columns: k).transposed : Matrix(p, rows: k, columns: n)
  }

  func multiply(_ a: UnsafePointer<S>, _ b: UnsafePointer<S>, into y: UnsafeMutablePointer<S>) {
    if repeatsB && !transposesA {
      // One weight matrix: the batch is just more rows.
      gemm(Matrix(a, rows: batch * m, columns: k), right(b), into: y)
    } else {
      batchedGEMM(
        left(a), right(b), into: y, count: batch,
        strides: (a: repeatsA ? 0 : m * k, b: repeatsB ? 0 : k * n, c: m * n))
    }
  }

  /// dA = dY · Bᵀ, or its transpose B · dYᵀ where A lies transposed.
  func leftGradient(
    _ dy: UnsafePointer<S>, _ b: UnsafePointer<S>, into da: UnsafeMutablePointer<S>, _ accumulation: Accumulation
  ) {
    let (dY, bT) = (Matrix(dy, rows: m, columns: n), right(b).transposed)
    let strides = (dy: m * n, b: repeatsB ? 0 : k * n, a: m * k)
    if repeatsB && !transposesA {
      gemm(Matrix(dy, rows: batch * m, columns: n), bT, into: da, accumulation)
    } else if repeatsA {
      for i in 0..<batch {
        let mode: Accumulation = i == 0 ? accumulation : .add
        let (dY, bT) = (Matrix(dy + i * strides.dy, rows: m, columns: n), right(b + i * strides.b).transposed)
        transposesA ? gemm(bT.transposed, dY.transposed, into: da, mode) : gemm(dY, bT, into: da, mode)
      }
    } else if transposesA {
      batchedGEMM(
        bT.transposed, dY.transposed, into: da, count: batch, strides: (a: strides.b, b: strides.dy, c: strides.a),
        accumulation)
    } else {
      batchedGEMM(
        dY, bT, into: da, count: batch, strides: (a: strides.dy, b: strides.b, c: strides.a), accumulation)
    }
  }

  /// dB = Aᵀ · dY, or its transpose dYᵀ · A where B lies transposed.
  func rightGradient(
    _ dy: UnsafePointer<S>, _ a: UnsafePointer<S>, into db: UnsafeMutablePointer<S>, _ accumulation: Accumulation
  ) {
    let strides = (dy: m * n, a: repeatsA ? 0 : m * k, b: k * n)
    if repeatsB && !transposesA {
      let (x, dY) = (Matrix(a, rows: batch * m, columns: k), Matrix(dy, rows: batch * m, columns: n))
      transposesB
        ? gemm(dY.transposed, x, into: db, accumulation) : gemm(x.transposed, dY, into: db, accumulation)
    } else if repeatsB {
      for i in 0..<batch {
        let mode: Accumulation = i == 0 ? accumulation : .add
        let (x, dY) = (left(a + i * strides.a), Matrix(dy + i * strides.dy, rows: m, columns: n))
        transposesB ? gemm(dY.transposed, x, into: db, mode) : gemm(x.transposed, dY, into: db, mode)
      }
    } else {
      let (x, dY) = (left(a), Matrix(dy, rows: m, columns: n))
      if transposesB {
        batchedGEMM(
          dY.transposed, x, into: db, count: batch, strides: (a: strides.dy, b: strides.a, c: strides.b), accumulation)
      } else {
        batchedGEMM(
          x.transposed, dY, into: db, count: batch, strides: (a: strides.a, b: strides.dy, c: strides.b), accumulation)
      }
    }
  }
}
