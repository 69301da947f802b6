import Kernels
import TestSupport
import Testing

extension KernelTests {
  /// The products with GELU in their epilogues against product and GELU apart.
  struct FeedForwardTests {
    /// Rows, columns and depth, none of the columns a multiple of a panel.
    static let sizes = [
      (1, 1, 1), (5, 7, 3), (6, 37, 70), (97, 5, 300),
      // Rows that are cut into several blocks, that lie 1024 and 4096 bytes apart, and sums that are.
      (307, 70, 256), (301, 35, 1024), (311, 45, 1111),
      // So wide that B is packed in slices, and each in more than one go.
      (27, 3101, 300),
    ]

    @Test(arguments: GEMMTests.sides, sizes)
    func matchesNaive(sides: (Bool, Bool), size: (Int, Int, Int)) {
      check(sides, size, Float.self)
      check(sides, size, Double.self)
    }

    private func check<S: Scalar>(_ sides: (Bool, Bool), _ size: (Int, Int, Int), _: S.Type) {
      let (m, n, k) = size
      // Sums of about ±2, where GELU bends.
      let width = 3 / Double(k).squareRoot()
      let a: [S] = Samples.uniform(m * k, in: -width...width, name: "a")
      let b: [S] = Samples.uniform(k * n, name: "b")
      let bias: [S] = Samples.uniform(n, name: "bias")
      let z: [S] = Samples.uniform(m * n, in: -4...4, name: "z")
      let forward = Naive.productThenGelu(
        doubles(a), doubles(b), bias: doubles(bias), m: m, n: n, k: k, transposesA: sides.0, transposesB: sides.1)
      let backward = Naive.productThroughGelu(
        doubles(a), doubles(b), preactivations: doubles(z), m: m, n: n, k: k, transposesA: sides.0,
        transposesB: sides.1)
      a.withUnsafeBufferPointer { a in
        b.withUnsafeBufferPointer { b in
          let (left, right) = GEMMTests.matrices(a.baseAddress!, b.baseAddress!, sides, size)
          // k roundings of random sign, of partial sums of at most 8; GELU adds a few of its own.
          let ulps = 8 + 4 * Double(k).squareRoot()
          func expect(_ found: [S], _ expected: [Double]) { expectClose(found, expected, ulps: ulps, magnitude: 8) }
          var activations: [S] = []
          let preactivations = written(count: m * n) { z in
            activations = written(count: m * n) {
              gemmThenGelu(left, right, bias: bias, preactivations: z, activations: $0)
            }
          }
          expect(preactivations, forward.preactivations)
          expect(activations, forward.activations)
          let gradient = written(count: m * n) { dz in
            activations = written(count: m * n) {
              gemmThroughGelu(left, right, preactivations: z, dPreactivations: dz, activations: $0)
            }
          }
          expect(gradient, backward.dPreactivations)
          expect(activations, backward.activations)
        }
      }
    }
  }
}
