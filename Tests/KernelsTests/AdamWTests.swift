import Foundation
import Kernels
import TestSupport
import Testing

extension KernelTests {
  struct AdamWTests {
    /// Arrays of these sizes; every other one decays.
    @Test(arguments: [[], [0], [1], [37], [16_411], [16_411, 0, 37, 1, 16_384, 16_385]], [false, true])
    func matchesNaive(counts: [Int], isCorrected: Bool) {
      check(counts, isCorrected, Float.self)
      check(counts, isCorrected, Double.self)
    }

    func check<S: Scalar>(_ counts: [Int], _ isCorrected: Bool, _: S.Type) {
      let count = counts.reduce(0, +)
      let ranges = counts.indices.map { counts[..<$0].reduce(0, +)..<counts[...$0].reduce(0, +) }
      let weights: [S] = Samples.uniform(count, name: "weights")
      var gradients: [[S]] = []
      var w = weights
      var m = [S](repeating: 0, count: count)
      var v = m
      for step in 1...3 {
        let gradient: [S] = Samples.uniform(count, name: "gradient \(step)")
        gradients.append(gradient)
        let coefficients = AdamWStep<S>(
          learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-6, weightDecay: 0.1,
          firstCorrection: isCorrected ? 1 - pow(0.9, Double(step)) : 1,
          secondCorrection: isCorrected ? 1 - pow(0.999, Double(step)) : 1, gradientScale: 0.5)
        w = written(count: count, initial: w) { w in
          m = written(count: count, initial: m) { m in
            v = written(count: count, initial: v) { v in
              gradient.withUnsafeBufferPointer { gradient in
                let arrays = ranges.enumerated().compactMap { index, range in
                  gradient.baseAddress.map {
                    AdamWArray(
                      weights: w + range.lowerBound, gradient: $0 + range.lowerBound,
                      firstMoment: m + range.lowerBound, secondMoment: v + range.lowerBound, count: range.count,
                      decays: index % 2 == 0)
                  }
                }
                adamW(arrays, coefficients)
              }
            }
          }
        }
      }
      let decays = ranges.enumerated().flatMap { index, range in range.map { _ in index % 2 == 0 } }
      let expected = (0..<count).map { i in
        Naive.adamW(
          weight: Double(weights[i]), gradients: gradients.map { 0.5 * Double($0[i]) }, learningRate: 0.01, beta1: 0.9,
          beta2: 0.999, epsilon: 1e-6, weightDecay: decays[i] ? 0.1 : 0, isCorrected: isCorrected)
      }
      expectClose(w, expected.map(\.weight), ulps: 8, magnitude: 2)
      expectClose(m, expected.map(\.first), ulps: 8, magnitude: 0.25)
      expectClose(v, expected.map(\.second), ulps: 8)
    }
  }

  struct GradientNormTests {
    @Test(arguments: sizes) func sumsSquares(count: Int) {
      check(count, Float.self)
      check(count, Double.self)
    }

    func check<S: Scalar>(_ count: Int, _: S.Type) {
      let x: [S] = Samples.uniform(count, name: "x")
      let expected = doubles(x).reduce(0) { $0 + $1 * $1 }
      x.withUnsafeBufferPointer { x in
        let sum = sumOfSquares([x])
        // A chunk's sum in S: 16 384 elements in at least 8 lanes.
        #expect(abs(sum - expected) <= 2048 * Double(S.ulpOfOne) * expected)
        // Array after array.
        let part = UnsafeBufferPointer(rebasing: x.dropFirst())
        #expect(sumOfSquares([x, part, x]) == sum + sumOfSquares([part]) + sum)
      }
      #expect(sumOfSquares([UnsafeBufferPointer<S>]()) == 0)
    }

    @Test(arguments: sizes) func findsTheFirstNonFinite(count: Int) {
      var x: [Float] = Samples.uniform(count, name: "x")
      if count > 2 { x[0] = .greatestFiniteMagnitude }
      #expect(firstNonFinite(x, count: count) == nil)
      for i in Set([0, count / 2, count - 1]) where i >= 0 && i < count {
        for bad: Float in [.nan, .infinity, -.infinity] {
          var y = x
          y[count - 1] = .nan
          y[i] = bad
          #expect(firstNonFinite(y, count: count) == i)
        }
      }
    }
  }
}
