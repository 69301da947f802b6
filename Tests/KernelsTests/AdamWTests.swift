import Foundation
import Kernels
import TestSupport
import Testing

extension KernelTests {
  struct AdamWTests {
    @Test(arguments: [0, 1, 37, 16_411], [false, true]) func matchesNaive(count: Int, isCorrected: Bool) {
      check(count, isCorrected, Float.self)
      check(count, isCorrected, Double.self)
    }

    func check<S: Scalar>(_ count: Int, _ isCorrected: Bool, _: S.Type) {
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
            v = written(count: count, initial: v) {
              adamW(weights: w, gradient: gradient, firstMoment: m, secondMoment: $0, count: count, coefficients)
            }
          }
        }
      }
      let expected = (0..<count).map { i in
        Naive.adamW(
          weight: Double(weights[i]), gradients: gradients.map { 0.5 * Double($0[i]) }, learningRate: 0.01, beta1: 0.9,
          beta2: 0.999, epsilon: 1e-6, weightDecay: 0.1, isCorrected: isCorrected)
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
      // A chunk's sum in S: 16 384 elements in at least 8 lanes.
      #expect(abs(sumOfSquares(x, count: count) - expected) <= 2048 * Double(S.ulpOfOne) * expected)
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
