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
      check(AttentionCase(shape: shape, isPadded: isPadded))
    }

    /// Heads that share keys and values, more than one and fewer than all: head h belongs to head h / (H/G) of keys.
    @Test(arguments: [(2, 6), (3, 6), (2, 4)], AttentionMask.allCases)
    func sharedHeadsMatchNaive(heads: (keyValue: Int, query: Int), mask: AttentionMask) {
      check(
        AttentionCase(
          shape: AttentionShape(batch: 2, time: 13, heads: heads.query, keyValueHeads: heads.keyValue, headDim: 7),
          mask: mask))
    }

    /// Causal over one block of keys, over its edge, and over several.
    @Test(arguments: [9, 256, 257, 509, 530, 800])
    func causalMatchesNaive(time: Int) {
      check(
        AttentionCase(
          shape: AttentionShape(batch: 1, time: time, heads: 2, keyValueHeads: 1, headDim: 6), mask: .causal,
          isPadded: time % 2 == 0))
    }

    /// Fewer or more queries than keys, from a position on, in one block and strip and in several.
    @Test(
      arguments: [
        (1, 12, 11), (5, 12, 7), (3, 12, 2), (12, 5, 0), (140, 300, 160), (1, 600, 599), (300, 40, 0), (9, 520, 255),
      ], AttentionMask.allCases)
    func differentLengthsMatchNaive(lengths: (queries: Int, keys: Int, offset: Int), mask: AttentionMask) {
      for theta in [nil, 100.0] {
        check(
          AttentionCase(
            shape: AttentionShape(
              batch: 2, queryLength: lengths.queries, keyLength: lengths.keys, queryOffset: lengths.offset, heads: 4,
              keyValueHeads: 2, headDim: 6), mask: mask, isPadded: theta != nil, theta: theta))
      }
    }

    /// Something added to the scores, over one block of keys and over several, as plain as it gets.
    @Test(arguments: [31, 128, 509, 512, 2048])
    func biasMatchesNaive(time: Int) {
      check(AttentionCase(shape: AttentionShape(batch: 1, time: time, heads: 1, headDim: 4), isBiased: true))
    }

    /// The same with everything else: heads that share keys, masks, padding, rotation, queries from a position on; and
    /// sequences that share the bias, as many as one thread sums up at a time or more.
    @Test(
      arguments: [
        AttentionShape(batch: 3, time: 13, heads: 6, keyValueHeads: 2, headDim: 10),
        AttentionShape(batch: 41, time: 5, heads: 3, headDim: 2),
        AttentionShape(batch: 2, time: 283, heads: 2, headDim: 6),
        AttentionShape(batch: 2, queryLength: 140, keyLength: 300, queryOffset: 160, heads: 2, headDim: 6),
        AttentionShape(batch: 2, queryLength: 12, keyLength: 5, heads: 2, keyValueHeads: 1, headDim: 6),
      ], AttentionMask.allCases)
    func biasedOptionsMatchNaive(shape: AttentionShape, mask: AttentionMask) {
      for theta in [nil, 100.0] {
        check(AttentionCase(shape: shape, mask: mask, isPadded: theta != nil, theta: theta, isBiased: true))
      }
    }

    /// Zeros that are added change no bit of anything, whether or not their own gradient is wanted.
    @Test(arguments: [19, 283])
    func aBiasOfZerosChangesNoBit(time: Int) {
      let shape = AttentionShape(batch: 41, time: time, heads: 1, headDim: 6)
      let (count, biasCount) = (shape.batch * time * 6, time * time)
      let x: [Float] = Samples.uniform(count, name: "x")
      let dO: [Float] = Samples.uniform(count, name: "dO")
      let zeros = [Float](repeating: 0, count: biasCount)
      func bits(_ bias: UnsafePointer<Float>?, wantsGradient: Bool) -> [UInt32] {
        let options = AttentionOptions<Float>(scale: 0.4, bias: bias)
        var logSumExp = [Float](repeating: 0, count: shape.batch * time)
        let output = written(count: count) {
          attention(query: x, key: x, value: x, shape: shape, options: options, into: $0, logSumExp: &logSumExp)
        }
        var dBias = [Float](repeating: 0, count: biasCount)
        let gradients = dBias.withUnsafeMutableBufferPointer { dBias in
          written(count: 3 * count) {
            attentionBackward(
              cotangent: dO, query: x, key: x, value: x, output: output, logSumExp: logSumExp, shape: shape,
              options: options, dQuery: ($0, .overwrite), dKey: ($0 + count, .overwrite),
              dValue: ($0 + 2 * count, .overwrite),
              dBias: wantsGradient ? (dBias.baseAddress!, .overwrite) : nil)
          }
        }
        return (output + logSumExp + gradients).map(\.bitPattern)
      }
      let plain = bits(nil, wantsGradient: false)
      // Compared outside of the macro, which would print both.
      let isSame = [false, true].map { bits(zeros, wantsGradient: $0) == plain }
      #expect(isSame == [true, true])
    }

    /// A sequence whose last positions are asked for alone, as in generating, gives what it gives whole.
    @Test(arguments: [1, 5, 290])
    func theLastQueriesAreThoseOfTheWhole(count: Int) {
      let (time, heads, headDim) = (300, 2, 6)
      let x: [Float] = Samples.uniform(time * heads * headDim, name: "x")
      func attended(_ shape: AttentionShape) -> [Float] {
        let rotation = Rotation<Float>(positionCount: time, rotatedDimensions: headDim, theta: 100)
        let queries = Array(x.suffix(shape.queryLength * heads * headDim))
        var logSumExp = [Float](repeating: 0, count: heads * shape.queryLength)
        return written(count: queries.count) {
          attention(
            query: queries, key: x, value: x, shape: shape,
            options: AttentionOptions(scale: 0.4, mask: .causal, rotation: rotation), into: $0, logSumExp: &logSumExp)
        }
      }
      let whole = attended(AttentionShape(batch: 1, time: time, heads: heads, headDim: headDim))
      let last = attended(
        AttentionShape(
          batch: 1, queryLength: count, keyLength: time, queryOffset: time - count, heads: heads, headDim: headDim))
      expectClose(last, doubles(whole.suffix(count * heads * headDim)), ulps: 20, magnitude: 2)
    }

    private func check(_ attention: AttentionCase, sourceLocation: SourceLocation = #_sourceLocation) {
      check(attention, Float.self, sourceLocation)
      check(attention, Double.self, sourceLocation)
    }

    private func check<S: Scalar>(_ attention: AttentionCase, _: S.Type, _ sourceLocation: SourceLocation) {
      let shape = attention.shape
      let q: [S] = Samples.uniform(attention.queryCount, name: "q")
      let k: [S] = Samples.uniform(attention.keyCount, name: "k")
      let v: [S] = Samples.uniform(attention.keyCount, name: "v")
      let dO: [S] = Samples.uniform(attention.queryCount, name: "dO")
      let expected = attention.naive(query: q, key: k, value: v, cotangent: dO)
      let hidden = attention.keyPadding
      let bias: [S] = attention.bias()
      var logSumExp = [S](repeating: 0, count: shape.batch * shape.heads * shape.queryLength)
      let output = written(count: attention.queryCount) { output in
        Kernels.attention(
          query: q, key: k, value: v, shape: shape, options: attention.options(hidden, bias: bias), into: output,
          logSumExp: &logSumExp)
      }
      expectClose(output, expected[0], ulps: 100, magnitude: 2, sourceLocation: sourceLocation)
      // A gradient is a sum over all positions of products that roundings of the weights enter.
      let ulps = 100 * Double(max(shape.queryLength, shape.keyLength)).squareRoot()
      for number in 1...(attention.isBiased ? 4 : 3) {
        expectBoth(
          expected[number], S.self, ulps: ulps, magnitude: 8, sourceLocation: sourceLocation
        ) { target, accumulation in
          let destination = (target, accumulation)
          attentionBackward(
            cotangent: dO, query: q, key: k, value: v, output: output, logSumExp: logSumExp, shape: shape,
            options: attention.options(hidden, bias: bias), dQuery: number == 1 ? destination : nil,
            dKey: number == 2 ? destination : nil, dValue: number == 3 ? destination : nil,
            dBias: number == 4 ? destination : nil)
        }
      }
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
        written(count: count) {
          rotate(x, batch: 2, time: time, heads: 2, headDim: 6, by: rotation, into: $0, .overwrite)
        }
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
