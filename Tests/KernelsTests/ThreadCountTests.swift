import Kernels
import Platform
import TestSupport
import Testing

extension KernelTests {
  /// Equal bits for any number of threads.
  struct ThreadCountTests {
    @Test func loopsOverElementsAndRows() {
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
      let rotation = Rotation<Float>(positionCount: rows, rotatedDimensions: 130, pairing: .halves)
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
          "softmaxBackward", count,
          { softmaxBackward(cotangent: dy, output: x, rows: rows, columns: columns, into: $0, .overwrite) }
        ),
        (
          // All three gradients, behind one another.
          "layerNormBackward", count + 2 * columns,
          {
            layerNormBackward(
              cotangent: dy, input: x, gain: gain, means: perRow, reciprocalDeviations: perRow, rows: rows,
              columns: columns, dInput: ($0, .overwrite), dGain: ($0 + count, .overwrite),
              dBias: ($0 + count + columns, .overwrite))
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
          "crossEntropyBackward", count,
          {
            crossEntropyBackward(
              cotangent: perRow, logits: x, labels: labels, logSumExp: perRow, rows: rows, classes: columns, into: $0,
              .overwrite)
          }
        ),
        (
          "scatterAddRows", 31 * columns,
          {
            scatterAddRows(
              dy, columns: columns, indices: tokens, count: rows, tableRows: 31, into: $0, .overwrite)
          }
        ),
        ("toeplitz", 131 * 131, { toeplitz(x, matrices: 1, size: 131, into: $0) }),
        ("toeplitzBackward", 3 * 131, { toeplitzBackward(cotangent: x, matrices: 3, size: 66, into: $0, .overwrite) }),
        ("dropout", count, { dropout(x, count: count, rate: 0.3, source: source, into: $0, .overwrite) }),
        ("permute", count, { permute(x, shape: [rows, columns], permutation: [1, 0], into: $0, .overwrite) }),
        (
          "rotate", count,
          {
            rotate(x, batch: 1, time: rows, heads: 1, headDim: columns, by: rotation, into: $0, .overwrite)
          }
        ),
        (
          "sumOfSquares", 1,
          { y in x.withUnsafeBufferPointer { y[0] = Float(sumOfSquares([$0, $0, $0])) } }
        ),
      ]
      for kernel in kernels { expectSameBits(kernel.name, count: kernel.count, kernel.run) }
    }

    @Test func adamW() {
      let count = 36_294
      let (weights, gradient): ([Float], [Float]) = (
        Samples.uniform(count, name: "weights"), Samples.uniform(count, name: "gradient")
      )
      let (first, second): ([Float], [Float]) = (
        Samples.uniform(count, name: "first moment"), Samples.uniform(count, in: 0...1, name: "second moment")
      )
      let step = AdamWStep<Float>(learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-6, weightDecay: 0.1)
      // Weights and both moments, behind one another.
      expectSameBits("adamW", count: 3 * count) { memory in
        let (w, m, v) = (memory, memory + count, memory + 2 * count)
        for (part, initial) in [(w, weights), (m, first), (v, second)] { part.update(from: initial, count: count) }
        gradient.withUnsafeBufferPointer { gradient in
          let arrays = [0..<20_000, 20_000..<20_011, 20_011..<count].map { range in
            AdamWArray(
              weights: w + range.lowerBound, gradient: gradient.baseAddress! + range.lowerBound,
              firstMoment: m + range.lowerBound, secondMoment: v + range.lowerBound, count: range.count,
              decays: range.lowerBound == 0)
          }
          Kernels.adamW(arrays, step)
        }
      }
    }

    @Test func productsWithGelu() {
      let (m, n, k) = (301, 77, 521)
      let a: [Float] = Samples.uniform(m * k, in: -0.1...0.1, name: "a")
      let b: [Float] = Samples.uniform(k * n, name: "b")
      let bias: [Float] = Samples.uniform(n, name: "bias")
      let z: [Float] = Samples.uniform(m * n, name: "z")
      a.withUnsafeBufferPointer { a in
        b.withUnsafeBufferPointer { b in
          let (left, right) = GEMMTests.matrices(a.baseAddress!, b.baseAddress!, (false, true), (m, n, k))
          // Both results, behind one another.
          expectSameBits("gemmThenGelu", count: 2 * m * n) {
            gemmThenGelu(left, right, bias: bias, preactivations: $0, activations: $0 + m * n)
          }
          expectSameBits("gemmThroughGelu", count: 2 * m * n) {
            gemmThroughGelu(left, right, preactivations: z, dPreactivations: $0, activations: $0 + m * n)
          }
        }
      }
    }

    /// Several heads that share keys and values, several strips of queries and blocks of keys; and more sequences than
    /// the gradient of a bias has shares.
    @Test(arguments: [(2, 283), (23, 19)], AttentionMask.allCases)
    func attention(sizes: (batch: Int, time: Int), mask: AttentionMask) {
      let shape = AttentionShape(batch: sizes.batch, time: sizes.time, heads: 6, keyValueHeads: 3, headDim: 10)
      let rows = shape.batch * shape.queryLength
      let (count, keyCount) = (rows * shape.heads * shape.headDim, rows * shape.keyValueHeads * shape.headDim)
      let q: [Float] = Samples.uniform(count, name: "q")
      let k: [Float] = Samples.uniform(keyCount, name: "k")
      let v: [Float] = Samples.uniform(keyCount, name: "v")
      let dO: [Float] = Samples.uniform(count, name: "dO")
      let biasCount = shape.heads * shape.queryLength * shape.keyLength
      let bias: [Float] = Samples.uniform(biasCount, name: "bias")
      bias.withUnsafeBufferPointer { bias in
        for added in [nil, bias.baseAddress] {
          let options = AttentionOptions<Float>(
            scale: 0.3, bias: added, mask: mask,
            rotation: Rotation(positionCount: shape.queryLength, rotatedDimensions: 10, theta: 100, pairing: .halves))
          func forward(_ memory: UnsafeMutablePointer<Float>) {
            Kernels.attention(
              query: q, key: k, value: v, shape: shape, options: options, into: memory, logSumExp: memory + count)
          }
          let result = written(count: count + rows * shape.heads, forward)
          expectSameBits("attention", count: result.count, forward)
          result.withUnsafeBufferPointer { result in
            let (output, logSumExp) = (result.baseAddress!, result.baseAddress! + count)
            // dQ, dK, dV and the gradient of the bias, behind one another.
            let inputCount = count + 2 * keyCount
            expectSameBits("attentionBackward", count: added == nil ? inputCount : inputCount + biasCount) {
              attentionBackward(
                cotangent: dO, query: q, key: k, value: v, output: output, logSumExp: logSumExp, shape: shape,
                options: options, dQuery: ($0, .overwrite), dKey: ($0 + count, .overwrite),
                dValue: ($0 + count + keyCount, .overwrite),
                dBias: added == nil ? nil : ($0 + inputCount, .overwrite))
            }
          }
        }
      }
    }
  }
}
