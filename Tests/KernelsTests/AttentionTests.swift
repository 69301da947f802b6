import Foundation
import Kernels
import Platform
import TestSupport
import Testing

extension KernelTests {
  struct AttentionTests {
    static let shapes = [
      AttentionShape(batch: 2, time: 7, heads: 3, headDim: 5), AttentionShape(batch: 1, time: 1, heads: 1, headDim: 2),
      AttentionShape(batch: 3, time: 37, heads: 2, headDim: 11),
      // More than one block of keys and several strips of queries.
      AttentionShape(batch: 1, time: 301, heads: 1, headDim: 33),
      AttentionShape(batch: 1, time: 512, heads: 1, headDim: 32),
      AttentionShape(batch: 2, time: 700, heads: 1, headDim: 16),
    ]

    @Test(arguments: shapes, [false, true])
    func matchesNaive(shape: AttentionShape, isPadded: Bool) {
      check(shape, isPadded, Float.self)
      check(shape, isPadded, Double.self)
    }

    private func check<S: Scalar>(_ shape: AttentionShape, _ isPadded: Bool, _: S.Type) {
      let count = shape.batch * shape.time * shape.heads * shape.headDim
      let q: [S] = Samples.uniform(count, name: "q")
      let k: [S] = Samples.uniform(count, name: "k")
      let v: [S] = Samples.uniform(count, name: "v")
      let dO: [S] = Samples.uniform(count, name: "dO")
      // The first sequence hides every third key, the last one all of them.
      let hidden = (0..<shape.batch * shape.time).map { index in
        isPadded && (index / shape.time == shape.batch - 1 && shape.batch > 1 || index % 3 == 2)
      }
      let scale = 1 / Double(shape.headDim).squareRoot()
      var expected = [[Double]](repeating: [Double](repeating: 0, count: count), count: 4)
      for b in 0..<shape.batch {
        for h in 0..<shape.heads {
          func rows(_ x: [S]) -> [[Double]] {
            (0..<shape.time).map { t in doubles((0..<shape.headDim).map { x[index(shape, b, t, h, $0)] }) }
          }
          let mask = Array(hidden[b * shape.time..<(b + 1) * shape.time])
          let forward = Naive.attention(rows(q), rows(k), rows(v), scale: scale, hidden: mask)
          let backward = Naive.attentionBackward(rows(dO), rows(q), rows(k), rows(v), scale: scale, hidden: mask)
          for (number, result) in [forward.output, backward.dQ, backward.dK, backward.dV].enumerated() {
            for t in 0..<shape.time {
              for d in 0..<shape.headDim { expected[number][index(shape, b, t, h, d)] = result[t][d] }
            }
          }
        }
      }
      let options = { (padding: UnsafePointer<Bool>) in AttentionOptions(scale: S(scale), keyPadding: padding) }
      var logSumExp = [S](repeating: 0, count: shape.batch * shape.heads * shape.time)
      let output = written(count: count) { output in
        attention(
          query: q, key: k, value: v, shape: shape, options: options(hidden), into: output, logSumExp: &logSumExp)
      }
      expectClose(output, expected[0], ulps: 100, magnitude: 2)
      // A gradient is a sum over all positions of products that roundings of the weights enter.
      let ulps = 100 * Double(shape.time).squareRoot()
      func gradient(_ number: Int) {
        expectBoth(expected[number], S.self, ulps: ulps, magnitude: 8) { target, accumulation in
          let destination = (target, accumulation)
          attentionBackward(
            cotangent: dO, query: q, key: k, value: v, output: output, logSumExp: logSumExp, shape: shape,
            options: options(hidden), dQuery: number == 1 ? destination : nil, dKey: number == 2 ? destination : nil,
            dValue: number == 3 ? destination : nil)
        }
      }
      for number in 1...3 { gradient(number) }
    }

    private func index(_ shape: AttentionShape, _ b: Int, _ t: Int, _ h: Int, _ d: Int) -> Int {
      ((b * shape.time + t) * shape.heads + h) * shape.headDim + d
    }

    /// Rotation while packing is the same as rotating queries and keys first; values are left alone.
    @Test(arguments: RotaryPairing.allCases, [9, 520])
    func rotatesQueriesAndKeysAlone(pairing: RotaryPairing, time: Int) {
      let shape = AttentionShape(batch: 2, time: time, heads: 2, headDim: 6)
      let count = 2 * time * 2 * 6
      let q: [Double] = Samples.uniform(count, name: "q")
      let k: [Double] = Samples.uniform(count, name: "k")
      let v: [Double] = Samples.uniform(count, name: "v")
      let rotation = Rotation<Double>(positionCount: time, rotatedDimensions: 6, theta: 100, pairing: pairing)
      func run(_ q: [Double], _ k: [Double], _ rotation: Rotation<Double>?) -> [Double] {
        var logSumExp = [Double](repeating: 0, count: 2 * 2 * time)
        return written(count: count) {
          attention(
            query: q, key: k, value: v, shape: shape, options: AttentionOptions(scale: 0.5, rotation: rotation),
            into: $0, logSumExp: &logSumExp)
        }
      }
      func turned(_ x: [Double]) -> [Double] {
        written(count: count) { rotate(x, shape: shape, rotation, inverse: false, into: $0, .overwrite) }
      }
      let fused = run(q, k, rotation)
      expectClose(fused, run(turned(q), turned(k), nil), ulps: 20, magnitude: 2)
      #expect(zip(fused, run(q, k, nil)).contains { abs($0 - $1) > 1e-2 }, "a rotary that forgets to rotate")
    }

    /// A query that is not a number gives no number, and not the zeros of a query whose keys are all hidden.
    @Test(arguments: [5, 300])
    func notANumberStaysOne(time: Int) {
      let shape = AttentionShape(batch: 1, time: time, heads: 1, headDim: 2)
      var q: [Float] = Samples.uniform(time * 2, name: "q")
      (q[2], q[3]) = (.nan, .nan)
      let k: [Float] = Samples.uniform(time * 2, name: "k")
      var logSumExp = [Float](repeating: 0, count: time)
      let output = written(count: time * 2) {
        attention(
          query: q, key: k, value: k, shape: shape, options: AttentionOptions(scale: 1), into: $0, logSumExp: &logSumExp
        )
      }
      #expect(output.indices.filter { output[$0].isNaN } == [2, 3])
      #expect(logSumExp.indices.filter { logSumExp[$0].isNaN } == [1])
      let ones = [Float](repeating: 1, count: time * 2)
      let dQuery = written(count: time * 2) {
        attentionBackward(
          cotangent: ones, query: q, key: k, value: k, output: output, logSumExp: logSumExp, shape: shape,
          options: AttentionOptions(scale: 1), dQuery: ($0, .overwrite), dKey: nil, dValue: nil)
      }
      #expect(dQuery.indices.filter { dQuery[$0].isNaN } == [2, 3])
    }
  }
}
