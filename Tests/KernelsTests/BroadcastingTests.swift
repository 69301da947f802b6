import Kernels
import TestSupport
import Testing

extension KernelTests {
  struct BroadcastingTests {
    /// A shape and, for each axis, whether an operand has it; the operand is dense in the axes it has.
    static let cases: [(shape: [Int], a: [Bool], b: [Bool])] = [
      ([], [], []),
      ([1], [true], [false]),
      ([37], [true], [true]),
      ([37], [true], [false]),
      ([37], [false], [true]),
      ([19], [false], [false]),
      ([5, 37], [true, true], [false, true]),
      ([5, 37], [true, false], [true, true]),
      ([5, 37], [false, true], [true, false]),
      ([3, 5, 7, 11], [true, false, true, false], [false, true, true, true]),
      ([3, 5, 7, 11], [true, true, true, true], [true, false, false, true]),
      ([3, 1, 7, 1], [true, true, true, true], [false, true, true, false]),
      ([2, 3, 5, 1, 7], [false, true, false, true, false], [true, true, true, true, true]),
      ([0, 5], [true, true], [false, true]),
      ([5, 0], [true, true], [true, false]),
      ([67, 263], [true, true], [false, true]),
      ([263, 67], [true, true], [true, false]),
      ([17, 23, 43], [true, true, true], [false, true, false]),
      ([17_011], [true], [false]),
    ]

    func strides(_ shape: [Int], _ has: [Bool]) -> (strides: [Int], count: Int) {
      let own = zip(shape, has).map { $1 ? $0 : 1 }
      return (zip(Naive.strides(of: own), has).map { $1 ? $0 : 0 }, own.reduce(1, *))
    }

    @Test(arguments: cases.indices) func matchesNaive(index: Int) {
      check(Self.cases[index], Float.self)
      check(Self.cases[index], Double.self)
    }

    func check<S: Scalar>(_ item: (shape: [Int], a: [Bool], b: [Bool]), _: S.Type) {
      let (shape, hasA, hasB) = item
      let (aStrides, aCount) = strides(shape, hasA)
      let (bStrides, bCount) = strides(shape, hasB)
      let count = shape.reduce(1, *)
      let a: [S] = Samples.uniform(max(1, aCount), name: "a")
      let b: [S] = Samples.uniform(max(1, bCount), in: 0.5...3, name: "b")
      for operation in BinaryOperation.allCases where count < 10_000 || operation == .subtract {
        let y = written(count: count) {
          broadcast(operation, a, aStrides: aStrides, b, bStrides: bStrides, shape: shape, into: $0)
        }
        let expected = Naive.broadcast(
          operation, doubles(a), aStrides: aStrides, doubles(b), bStrides: bStrides, shape: shape)
        expectClose(y, expected, ulps: 0.5)
      }
      let x: [S] = Samples.uniform(count, name: "x")
      for (strides, kept) in [(aStrides, aCount), (bStrides, bCount)] {
        let terms = Double(count / max(1, kept))
        // In the worst case every addition rounds the largest sum there can be.
        expectBoth(
          Naive.sumReducing(doubles(x), shape: shape, keeping: strides, count: kept), S.self, ulps: terms + 1,
          magnitude: 2 * terms.squareRoot() + 2
        ) {
          sumReducing(x, shape: shape, keeping: strides, into: $0, $1)
        }
      }
      expectBoth(Naive.spread(doubles(b), strides: bStrides, shape: shape, scale: -1.25), S.self, ulps: 0.5) {
        spread(b, strides: bStrides, shape: shape, scale: -1.25, into: $0, $1)
      }
    }

    @Test func strideBeyondOne() {
      // A transposed operand, as no broadcast of dense ones has it.
      let a: [Float] = Samples.uniform(7 * 19, name: "a")
      let b: [Float] = Samples.uniform(7 * 19, name: "b")
      let y = written(count: 7 * 19) {
        broadcast(.multiply, a, aStrides: [1, 7], b, bStrides: [19, 1], shape: [7, 19], into: $0)
      }
      let expected = Naive.broadcast(
        .multiply, doubles(a), aStrides: [1, 7], doubles(b), bStrides: [19, 1], shape: [7, 19])
      expectClose(y, expected, ulps: 0.5)
      let transposed = Naive.sumReducing(doubles(a), shape: [7, 19], keeping: [1, 7], count: 7 * 19)
      expectBoth(transposed, Float.self, ulps: 0.5) {
        sumReducing(a, shape: [7, 19], keeping: [1, 7], into: $0, $1)
      }
    }
  }

  struct BiasTests {
    @Test(arguments: [(0, 5), (1, 1), (5, 37), (37, 5), (131, 67), (67, 523), (1031, 17), (3, 16_411), (29, 601)])
    func matchesNaive(rows: Int, columns: Int) {
      check(rows, columns, Float.self)
      check(rows, columns, Double.self)
    }

    func check<S: Scalar>(_ rows: Int, _ columns: Int, _: S.Type) {
      let x: [S] = Samples.uniform(rows * columns, name: "x")
      let expected = Naive.sumReducing(doubles(x), shape: [rows, columns], keeping: [0, 1], count: columns)
      expectBoth(expected, S.self, ulps: Double(rows + 1), magnitude: 2 * Double(rows + 1).squareRoot()) {
        sumRows(x, rows: rows, columns: columns, into: $0, $1)
      }
    }
  }
}
