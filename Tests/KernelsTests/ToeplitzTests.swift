import Kernels
import TestSupport
import Testing

extension KernelTests {
  struct ToeplitzTests {
    @Test(arguments: [(2, 1), (1, 5), (3, 37), (5, 130)])
    func matchesNaive(sizes: (matrices: Int, size: Int)) {
      check(sizes.matrices, sizes.size, Float.self)
      check(sizes.matrices, sizes.size, Double.self)
    }

    private func check<S: Scalar>(_ matrices: Int, _ size: Int, _: S.Type) {
      let diagonals = 2 * size - 1
      let x: [S] = Samples.uniform(matrices * diagonals, name: "x")
      let dy: [S] = Samples.uniform(matrices * size * size, name: "dy")
      let y = written(count: dy.count) { toeplitz(x, matrices: matrices, size: size, into: $0) }
      expectClose(
        y, Naive.toeplitz(doubles(x), matrices: matrices, size: size), ulps: 0)
      expectBoth(
        Naive.toeplitzBackward(doubles(dy), matrices: matrices, size: size), S.self, ulps: Double(size), magnitude: 2
      ) { toeplitzBackward(cotangent: dy, matrices: matrices, size: size, into: $0, $1) }
    }
  }
}
