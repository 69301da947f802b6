import Kernels
import TestSupport
import Testing

extension KernelTests {
  struct GEMMTests {
    static let sides = [(false, false), (false, true), (true, false), (true, true)]

    /// Sizes around the tile, the block and the slice.
    static let sizes = [
      (1, 1, 1), (5, 7, 3), (6, 16, 1), (13, 17, 19), (31, 33, 257), (97, 5, 300), (3, 131, 70), (7, 3101, 5),
      (211, 18, 11),
      // So wide that B is packed in slices, and each in more than one go.
      (27, 3101, 300),
      // Whole tiles and panels; and so many columns that AVX2 packs the rows of A for them.
      (12, 576, 64), (33, 530, 259),
      // Rows of A that lie 1024 and 4096 bytes apart.
      (307, 70, 256), (301, 35, 1024),
      // Sums so long that blocks of C pack their own panels, and that K is cut into groups.
      (5, 3, 1100), (13, 37, 1300), (270, 41, 1111), (211, 18, 1024),
      // The same with lines of Aᵀ that lie 4096 bytes apart.
      (1024, 21, 4099),
    ]

    @Test(arguments: sides, sizes)
    func matchesNaive(sides: (Bool, Bool), size: (Int, Int, Int)) {
      check(sides, size, Float.self)
      check(sides, size, Double.self)
    }

    private func check<S: Scalar>(_ sides: (Bool, Bool), _ size: (Int, Int, Int), _: S.Type) {
      let (m, n, k) = size
      let a: [S] = Samples.uniform(m * k, name: "a")
      let b: [S] = Samples.uniform(k * n, name: "b")
      let expected = Naive.product(
        doubles(a), doubles(b), m: m, n: n, k: k, transposesA: sides.0, transposesB: sides.1)
      a.withUnsafeBufferPointer { a in
        b.withUnsafeBufferPointer { b in
          let (left, right) = Self.matrices(a.baseAddress!, b.baseAddress!, sides, size)
          // k roundings of partial sums that random signs keep near 4·√k at most.
          expectBoth(
            expected, S.self, ulps: Double(k), magnitude: 4 * Double(k).squareRoot()
          ) { gemm(left, right, into: $0, $1) }
        }
      }
    }

    /// Views of A `[M, K]` and B `[K, N]`, each lying transposed where asked.
    static func matrices<S: Scalar>(
      _ a: UnsafePointer<S>, _ b: UnsafePointer<S>, _ sides: (Bool, Bool), _ size: (Int, Int, Int)
    ) -> (Matrix<S>, Matrix<S>) {
      let (m, n, k) = size
      return (
        sides.0 ? Matrix(a, rows: k, columns: m).transposed : Matrix(a, rows: m, columns: k),
        sides.1 ? Matrix(b, rows: n, columns: k).transposed : Matrix(b, rows: k, columns: n)
      )
    }

    /// Packing reads in whole vectors, and tiles overhang: neither may touch what is behind a matrix.
    @Test(arguments: sides, [(6, 16, 4), (13, 37, 19), (33, 530, 258), (20, 515, 61), (212, 18, 1024), (12, 64, 256)])
    func nothingBehindTheMatricesIsTouched(sides: (Bool, Bool), size: (Int, Int, Int)) {
      checkEnds(sides, size, Float.self)
      checkEnds(sides, size, Double.self)
    }

    private func checkEnds<S: Scalar>(_ sides: (Bool, Bool), _ size: (Int, Int, Int), _: S.Type) {
      let (m, n, k) = size
      let (a, b): ([S], [S]) = (Samples.uniform(m * k, name: "a"), Samples.uniform(k * n, name: "b"))
      let (bias, residual): ([S], [S]) = (Samples.uniform(n, name: "bias"), Samples.uniform(m * n, name: "residual"))
      let expected = a.withUnsafeBufferPointer { a in
        b.withUnsafeBufferPointer { b in
          let (left, right) = Self.matrices(a.baseAddress!, b.baseAddress!, sides, size)
          return written(count: m * n) { gemm(left, right, into: $0, bias: bias, residual: residual) }
        }
      }
      let (guardedA, guardedB) = (GuardedMemory(a), GuardedMemory(b))
      let (guardedBias, guardedResidual) = (GuardedMemory(bias), GuardedMemory(residual))
      let c = GuardedMemory([S](repeating: 0, count: m * n))
      let (left, right) = Self.matrices(UnsafePointer(guardedA.start), UnsafePointer(guardedB.start), sides, size)
      gemm(left, right, into: c.start, bias: guardedBias.start, residual: guardedResidual.start)
      #expect(c.elements == expected)
    }

    /// Rows of C that have something between them, which stays.
    @Test(arguments: [(13, 37, 19), (20, 48, 520), (33, 530, 64)], [Accumulation.overwrite, .add])
    func rowsOfAWiderMatrixAreWrittenAlone(size: (Int, Int, Int), accumulation: Accumulation) {
      let (m, n, k) = size
      let (a, b): ([Float], [Float]) = (Samples.uniform(m * k, name: "a"), Samples.uniform(k * n, name: "b"))
      let before: [Float] = Samples.uniform(m * (n + 5), name: "c")
      let bias: [Float] = Samples.uniform(n, name: "bias")
      let residual: [Float] = Samples.uniform(m * (n + 5), name: "residual")
      let product = Naive.product(
        doubles(a), doubles(b), m: m, n: n, k: k, transposesA: false, transposesB: false)
      var c = before
      a.withUnsafeBufferPointer { a in
        b.withUnsafeBufferPointer { b in
          let (left, right) = Self.matrices(a.baseAddress!, b.baseAddress!, (false, false), size)
          gemm(left, right, into: &c, rowStride: n + 5, bias: bias, residual: residual, accumulation)
        }
      }
      for place in c.indices {
        let (row, column) = (place / (n + 5), place % (n + 5))
        guard column < n else {
          #expect(c[place] == before[place])
          continue
        }
        let earlier = accumulation == .add ? Double(before[place]) : 0
        let expected = product[row * n + column] + Double(bias[column]) + Double(residual[place]) + earlier
        #expect(abs(Double(c[place]) - expected) < 1e-6 * Double(k), "row \(row), column \(column)")
      }
    }

    /// Whether rows of A are packed depends on the columns of C, the sums do not.
    @Test func packingChangesNoBit() {
      let (m, n, k) = (29, 600, 259)
      let (a, b): ([Float], [Float]) = (Samples.uniform(m * k, name: "a"), Samples.uniform(k * n, name: "b"))
      func product(columns: Int) -> [Float] {
        a.withUnsafeBufferPointer { a in
          b.withUnsafeBufferPointer { b in
            written(count: m * columns) {
              gemm(
                Matrix(a.baseAddress!, rows: m, columns: k),
                Matrix(b.baseAddress!, rows: k, columns: columns, rowStride: n), into: $0)
            }
          }
        }
      }
      let (all, some) = (product(columns: n), product(columns: 500))
      for row in 0..<m { #expect(all[row * n..<row * n + 500] == some[row * 500..<(row + 1) * 500]) }
    }

    /// Once, however often sums come by: blocks of K, slices of B, K in groups.
    @Test(arguments: [(19, 37, 600), (27, 3101, 300), (13, 37, 1300), (11, 576, 64), (20, 130, 520)])
    func biasAndResidualAreAddedOnce(size: (Int, Int, Int)) {
      checkAdded(size, Float.self)
      checkAdded(size, Double.self)
    }

    private func checkAdded<S: Scalar>(_ size: (Int, Int, Int), _: S.Type) {
      let (m, n, k) = size
      let a: [S] = Samples.uniform(m * k, name: "a")
      let b: [S] = Samples.uniform(k * n, name: "b")
      let bias: [S] = Samples.uniform(n, in: 50...100, name: "bias")
      let residual: [S] = Samples.uniform(m * n, in: 50...100, name: "residual")
      let product = Naive.product(
        doubles(a), doubles(b), m: m, n: n, k: k, transposesA: false, transposesB: false)
      for (addsBias, addsResidual) in [(true, false), (false, true), (true, true)] {
        let expected = product.indices.map {
          product[$0] + (addsBias ? Double(bias[$0 % n]) : 0) + (addsResidual ? Double(residual[$0]) : 0)
        }
        bias.withUnsafeBufferPointer { bias in
          residual.withUnsafeBufferPointer { residual in
            expectBoth(expected, S.self, ulps: Double(k), magnitude: 100) {
              gemm(
                Matrix(a, rows: m, columns: k), Matrix(b, rows: k, columns: n), into: $0,
                bias: addsBias ? bias.baseAddress : nil, residual: addsResidual ? residual.baseAddress : nil, $1)
            }
          }
        }
      }
    }

    @Test func anEmptySumIsZeroOrTheBias() {
      let none: [Float] = [0]
      let found = written(count: 6) {
        gemm(Matrix(none, rows: 2, columns: 0), Matrix(none, rows: 0, columns: 3), into: $0, bias: [1, 2, 3])
      }
      #expect(found == [1, 2, 3, 1, 2, 3])
    }

    @Test(arguments: sides, [(301, 77, 521), (301, 77, 1300), (301, 577, 521)])
    func theNumberOfThreadsChangesNoBit(sides: (Bool, Bool), size: (Int, Int, Int)) {
      let a: [Float] = Samples.uniform(size.0 * size.2, name: "a")
      let b: [Float] = Samples.uniform(size.2 * size.1, name: "b")
      a.withUnsafeBufferPointer { a in
        b.withUnsafeBufferPointer { b in
          let (left, right) = Self.matrices(a.baseAddress!, b.baseAddress!, sides, size)
          expectSameBits("gemm", count: size.0 * size.1) { gemm(left, right, into: $0) }
        }
      }
    }
  }
}
