import Foundation
import Kernels
import TestSupport
import Testing

extension KernelTests {
  struct SoftmaxTests {
    @Test(arguments: [(0, 5), (1, 1), (5, 1), (3, 7), (7, 37), (607, 29), (3, 331)])
    func matchesNaive(rows: Int, columns: Int) {
      check(rows, columns, Float.self)
      check(rows, columns, Double.self)
    }

    func check<S: Scalar>(_ rows: Int, _ columns: Int, _: S.Type) {
      let count = rows * columns
      let x: [S] = Samples.uniform(count, in: -8...8, name: "x")
      let dy: [S] = Samples.uniform(count, name: "dy")
      // e^(x − max) takes over the rounding of x − max, at most 16; sums add a few dozen roundings.
      let y = written(count: count) { softmax(x, rows: rows, columns: columns, into: $0) }
      expectClose(y, Naive.softmax(doubles(x), columns: columns), ulps: 40)
      let logs = written(count: count) { logSoftmax(x, rows: rows, columns: columns, into: $0) }
      expectClose(logs, Naive.logSoftmax(doubles(x), columns: columns), ulps: 4, magnitude: 16)
      expectBoth(
        Naive.softmaxBackward(doubles(dy), output: doubles(y), columns: columns), S.self, ulps: 20,
        magnitude: 1
      ) {
        softmaxBackward(cotangent: dy, output: y, rows: rows, columns: columns, into: $0, $1)
      }
      expectBoth(
        Naive.logSoftmaxBackward(doubles(dy), output: doubles(logs), columns: columns), S.self, ulps: 20,
        magnitude: 2 * Double(columns).squareRoot()
      ) {
        logSoftmaxBackward(cotangent: dy, output: logs, rows: rows, columns: columns, into: $0, $1)
      }
    }

    @Test func largeAndMaskedLogits() {
      let x: [Float] = [1000, 1001, -.infinity, -1000]
      let y = written(count: 4) { softmax(x, rows: 1, columns: 4, into: $0) }
      expectClose(y, [1 / (1 + M_E), M_E / (1 + M_E), 0, 0], ulps: 4)
    }
  }

  struct CrossEntropyTests {
    @Test(arguments: [(0, 5), (1, 1), (3, 7), (37, 131), (13, 1511)])
    func matchesNaive(rows: Int, classes: Int) {
      check(rows, classes, Float.self)
      check(rows, classes, Double.self)
    }

    func check<S: Scalar>(_ rows: Int, _ classes: Int, _: S.Type) {
      let x: [S] = Samples.uniform(rows * classes, in: -8...8, name: "x")
      let labels = Samples.indices(rows, below: classes, name: "labels")
      let cotangent: [S] = Samples.uniform(rows, in: 0.25...1, name: "dy")
      var sums: [S] = []
      let losses = written(count: rows) { losses in
        sums = written(count: rows) {
          crossEntropy(x, labels: labels, rows: rows, classes: classes, losses: losses, logSumExp: $0)
        }
      }
      let expected = Naive.crossEntropy(doubles(x), labels: labels, classes: classes)
      expectClose(losses, expected.losses, ulps: 4, magnitude: 16)
      expectClose(sums, expected.logSumExp, ulps: 4, magnitude: 8)
      let gradient = Naive.crossEntropyBackward(
        doubles(cotangent), logits: doubles(x), labels: labels, classes: classes)
      expectBoth(gradient, S.self, ulps: 40, magnitude: 1) {
        crossEntropyBackward(
          cotangent: cotangent, logits: x, labels: labels, logSumExp: sums, rows: rows, classes: classes, into: $0, $1)
      }
    }

    @Test func countsTheLargest() {
      let x: [Float] = [
        1, 3, 2,  // 1
        5, 5, 0,  // a tie: 0
        -1, -2, -1,  // a tie: 0
        0, 1, 2,  // 2
      ]
      #expect(argmaxCorrect(x, labels: [1, 0, 0, 2], rows: 4, classes: 3) == 4)
      #expect(argmaxCorrect(x, labels: [1, 1, 2, 2], rows: 4, classes: 3) == 2)
      #expect(argmaxCorrect(x, labels: [], rows: 0, classes: 3) == 0)
      let many: [Double] = Samples.uniform(61 * 523, name: "x")
      let labels = Naive.rows(many, columns: 523).enumerated().map { row, x in
        Int32(row % 3 == 0 ? x.firstIndex(of: x.max()!)! : 7)
      }
      #expect(argmaxCorrect(many, labels: labels, rows: 61, classes: 523) == 21)
    }
  }
}
