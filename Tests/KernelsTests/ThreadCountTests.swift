import Kernels
import Platform
import TestSupport
import Testing

extension KernelTests {
  /// Equal bits for any number of threads.
  struct ThreadCountTests {
    @Test func resultsAreEqualToTheBit() {
      let rows = 263
      let columns = 138
      let count = rows * columns
      let x: [Float] = Samples.uniform(count, name: "x")
      let dy: [Float] = Samples.uniform(count, name: "dy")
      let gain: [Float] = Samples.uniform(columns, name: "gain")
      let labels = Samples.indices(rows, below: columns, name: "labels")
      let tokens = Samples.indices(rows, below: 31, name: "tokens")
      let perRow = Samples.uniform(rows, Float.self, in: 0.5...2, name: "per row")
      let source = RandomSource(seed: 9, purpose: "dropout")
      let table = RotaryTable<Float>(positionCount: rows, rotatedDimensions: 130, theta: 10_000)
      let kernels: [(name: String, count: Int, run: (UnsafeMutablePointer<Float>) -> Void)] = [
        ("gelu", count, { gelu(x, count: count, into: $0) }),
        ("geluBackward", count, { geluBackward(cotangent: dy, input: x, count: count, into: $0, .overwrite) }),
        ("sumRows", columns, { sumRows(x, rows: rows, columns: columns, into: $0, .overwrite) }),
        ("total", 1, { sumReducing(x, shape: [count], keeping: [0], into: $0, .overwrite) }),
        ("rows", rows, { sumReducing(x, shape: [rows, columns], keeping: [1, 0], into: $0, .overwrite) }),
        (
          "middle", 23, { sumReducing(x, shape: [263, 23, 6], keeping: [0, 1, 0], into: $0, .overwrite) }
        ),
        ("softmax", count, { softmax(x, rows: rows, columns: columns, into: $0) }),
        (
          "layerNorm", count,
          { y in
            _ = written(count: rows) { means in
              _ = written(count: rows) {
                layerNorm(
                  x, gain: gain, bias: gain, epsilon: 1e-5, rows: rows, columns: columns, into: y, means: means,
                  reciprocalDeviations: $0)
              }
            }
          }
        ),
        (
          "layerNormParameterBackward", columns,
          {
            layerNormParameterBackward(
              cotangent: dy, input: x, means: perRow, reciprocalDeviations: perRow, rows: rows, columns: columns,
              intoGain: $0, .overwrite, intoBias: nil, .overwrite)
          }
        ),
        (
          "crossEntropy", rows,
          { losses in
            _ = written(count: rows) {
              crossEntropy(x, labels: labels, rows: rows, classes: columns, losses: losses, logSumExp: $0)
            }
          }
        ),
        (
          "scatterAddRows", 31 * columns,
          {
            scatterAddRows(
              dy, columns: columns, indices: tokens, count: rows, tableRows: 31, into: $0, .overwrite)
          }
        ),
        ("dropout", count, { dropout(x, count: count, rate: 0.3, source: source, into: $0, .overwrite) }),
        ("permute", count, { permute(x, shape: [rows, columns], permutation: [1, 0], into: $0, .overwrite) }),
        (
          "rotate", count,
          {
            rotate(
              x, batch: 1, time: rows, heads: 1, headDim: columns, table: table, pairing: .halves, inverse: false,
              into: $0, .overwrite)
          }
        ),
        ("sumOfSquares", 1, { $0[0] = Float(sumOfSquares(x, count: count)) }),
      ]
      for kernel in kernels {
        let one = withThreads(1) { written(count: kernel.count, kernel.run).map(\.bitPattern) }
        for threads in [2, 3, 8] {
          let many = withThreads(threads) { written(count: kernel.count, kernel.run).map(\.bitPattern) }
          #expect(one == many, "\(kernel.name) with \(threads) threads")
        }
      }
    }
  }
}
