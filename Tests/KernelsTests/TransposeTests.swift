import Kernels
import TestSupport
import Testing

extension KernelTests {
  struct TransposeTests {
    static let cases: [(shape: [Int], permutation: [Int])] = [
      ([], []), ([5], [0]), ([1, 1], [1, 0]), ([5, 7], [0, 1]), ([5, 7], [1, 0]), ([37, 19], [1, 0]),
      ([0, 7], [1, 0]), ([2, 3, 5, 7], [0, 2, 1, 3]), ([2, 3, 5, 7], [3, 2, 1, 0]), ([2, 3, 5, 7], [0, 1, 3, 2]),
      ([2, 3, 5, 7], [3, 0, 1, 2]), ([2, 17, 5, 19], [1, 3, 0, 2]), ([131, 257], [1, 0]),
      ([3, 67, 5, 37], [0, 2, 1, 3]), ([3, 67, 5, 37], [0, 2, 3, 1]), ([1, 37, 1, 5], [3, 2, 1, 0]),
    ]

    @Test(arguments: cases.indices) func matchesNaive(index: Int) {
      check(Self.cases[index], Float.self)
      check(Self.cases[index], Double.self)
    }

    func check<S: Scalar>(_ item: (shape: [Int], permutation: [Int]), _: S.Type) {
      let (shape, permutation) = item
      let x: [S] = Samples.uniform(shape.reduce(1, *), name: "x")
      expectBoth(Naive.permute(doubles(x), shape: shape, permutation: permutation), S.self, ulps: 0) {
        permute(x, shape: shape, permutation: permutation, into: $0, $1)
      }
    }
  }

  struct SliceTests {
    static let cases: [(shape: [Int], starts: [Int], sizes: [Int])] = [
      ([], [], []), ([7], [2], [3]), ([5, 7], [0, 0], [5, 7]), ([5, 7], [1, 0], [3, 7]), ([5, 7], [2, 3], [2, 4]),
      ([5, 37, 3], [1, 0, 2], [4, 37, 1]), ([5, 37, 3], [1, 5, 0], [4, 0, 3]),
      ([3, 5, 7, 11], [1, 2, 3, 4], [2, 3, 4, 7]),
      ([61, 5, 131], [0, 1, 0], [61, 3, 131]),
    ]

    @Test(arguments: cases.indices) func matchesNaive(index: Int) {
      check(Self.cases[index], Float.self)
      check(Self.cases[index], Double.self)
    }

    func check<S: Scalar>(_ item: (shape: [Int], starts: [Int], sizes: [Int]), _: S.Type) {
      let (shape, starts, sizes) = item
      let x: [S] = Samples.uniform(shape.reduce(1, *), name: "x")
      let dy: [S] = Samples.uniform(sizes.reduce(1, *), name: "dy")
      let y = written(count: dy.count) { copyBlock(x, shape: shape, starts: starts, sizes: sizes, into: $0) }
      expectClose(y, Naive.copyBlock(doubles(x), shape: shape, starts: starts, sizes: sizes), ulps: 0)
      expectBoth(Naive.addBlock(doubles(dy), shape: shape, starts: starts, sizes: sizes), S.self, ulps: 0) {
        addBlock(dy, shape: shape, starts: starts, sizes: sizes, into: $0, $1)
      }
    }
  }
}
