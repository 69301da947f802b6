import Kernels
import Platform
import TestSupport
import Testing

extension KernelTests {
  struct LinearBackwardTests {
    /// Rows, outputs and inputs: products that share panels, in slices too; long sums in one group of rows and in more, in
    /// one block of columns and in more; one output, whose column is contiguous.
    static let sizes = [
      (7, 5, 3), (40, 300, 70), (600, 270, 310), (50, 9, 3101), (1300, 13, 37), (2100, 270, 530), (1100, 1, 4),
      (1, 1, 1),
      (0, 3, 2),
    ]

    @Test(arguments: sizes)
    func matchesNaive(size: (Int, Int, Int)) {
      check(size, Float.self)
      check(size, Double.self)
    }

    private func check<S: Scalar>(_ size: (Int, Int, Int), _: S.Type) {
      let (rows, outputs, inputs) = size
      let dY: [S] = Samples.uniform(rows * outputs, name: "dY")
      let x: [S] = Samples.uniform(rows * inputs, name: "x")
      let dWeight = Naive.product(
        doubles(dY), doubles(x), m: outputs, n: inputs, k: rows, transposesA: true, transposesB: false)
      let dBias = (0..<outputs).map { j in (0..<rows).reduce(0.0) { $0 + Double(dY[$1 * outputs + j]) } }
      // Behind one another; each alone gives the same as far as roundings go.
      for (hasWeight, hasBias) in [(true, true), (true, false), (false, true)] {
        let expected = (hasWeight ? dWeight : []) + (hasBias ? dBias : [])
        expectBoth(expected, S.self, ulps: Double(max(rows, 1)), magnitude: 4 * Double(rows).squareRoot()) {
          run(dY, x, size, hasWeight ? ($0, $1) : nil, hasBias ? ($0 + (hasWeight ? dWeight.count : 0), $1) : nil)
        }
      }
    }

    @Test(arguments: sizes)
    func theNumberOfThreadsChangesNoBit(size: (Int, Int, Int)) {
      let (rows, outputs, inputs) = size
      let dY: [Float] = Samples.uniform(rows * outputs, name: "dY")
      let x: [Float] = Samples.uniform(rows * inputs, name: "x")
      defer { ThreadPool.shared.setThreadCount(ThreadPool.coreCount) }
      let results = [1, 2, 3, 8].map { threads in
        ThreadPool.shared.setThreadCount(threads)
        return written(count: outputs * inputs + outputs) {
          run(dY, x, size, ($0, .overwrite), ($0 + outputs * inputs, .overwrite))
        }.map(\.bitPattern)
      }
      #expect(results.allSatisfy { $0 == results[0] })
    }

    private func run<S: Scalar>(
      _ dY: [S], _ x: [S], _ size: (Int, Int, Int), _ dWeight: Destination<S>?, _ dBias: Destination<S>?
    ) {
      let (rows, outputs, inputs) = size
      linearParameterBackward(
        cotangent: Matrix(dY, rows: rows, columns: outputs), input: Matrix(x, rows: rows, columns: inputs),
        dWeight: dWeight, dBias: dBias)
    }
  }
}
