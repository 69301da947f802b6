import Foundation
import Kernels
import TestSupport
import Testing

extension KernelTests {
  struct ElementwiseTests {
    @Test(arguments: sizes) func scalingAndFilling(count: Int) {
      check(count, Float.self)
      check(count, Double.self)
    }

    func check<S: Scalar>(_ count: Int, _: S.Type) {
      let x: [S] = Samples.uniform(count, name: "x")
      expectBoth(doubles(x).map { 0.375 * $0 }, S.self, ulps: 0.5) { scale(x, by: 0.375, count: count, into: $0, $1) }
      expectClose(
        written(count: count) { fill($0, with: 7, count: count) }, [Double](repeating: 7, count: count), ulps: 0)
    }

    @Test(arguments: sizes) func functionsAndGradients(count: Int) {
      checkFunctions(count, Float.self)
      checkFunctions(count, Double.self)
    }

    func checkFunctions<S: Scalar>(_ count: Int, _: S.Type) {
      let x: [S] = Samples.uniform(count, in: -4...4, name: "x")
      let positive: [S] = Samples.uniform(count, in: 0.25...4, name: "positive")
      let dy: [S] = Samples.uniform(count, name: "dy")
      let xs = doubles(x)
      let ps = doubles(positive)
      let ds = doubles(dy)
      func forward(_ kernel: (UnsafeMutablePointer<S>) -> Void, _ expected: [Double], ulps: Double) {
        expectClose(written(count: count, kernel), expected, ulps: ulps, magnitude: 1)
      }
      forward({ Kernels.exp(x, count: count, into: $0) }, xs.map { Foundation.exp($0) }, ulps: 2)
      forward({ Kernels.log(positive, count: count, into: $0) }, ps.map { Foundation.log($0) }, ulps: 2)
      forward({ Kernels.tanh(x, count: count, into: $0) }, xs.map { Foundation.tanh($0) }, ulps: 2)
      forward({ Kernels.erf(x, count: count, into: $0) }, xs.map { Foundation.erf($0) }, ulps: 4)
      forward({ Kernels.gelu(x, count: count, into: $0) }, xs.map(Naive.gelu), ulps: 8)

      // dy of at most 2, derivatives of at most 4, a few roundings each.
      expectBoth(zip(ds, ps).map { $0 * $1 }, S.self, ulps: 1) {
        expBackward(cotangent: dy, output: positive, count: count, into: $0, $1)
      }
      expectBoth(zip(ds, ps).map { $0 / $1 }, S.self, ulps: 1) {
        logBackward(cotangent: dy, input: positive, count: count, into: $0, $1)
      }
      expectBoth(zip(ds, ps).map { $0 * (1 - $1 * $1) }, S.self, ulps: 2, magnitude: 32) {
        tanhBackward(cotangent: dy, output: positive, count: count, into: $0, $1)
      }
      // e^(−x²) takes over the rounding of x² ≤ 16.
      expectBoth(zip(ds, xs).map { $0 * Naive.erfDerivative($1) }, S.self, ulps: 20) {
        erfBackward(cotangent: dy, input: x, count: count, into: $0, $1)
      }
      expectBoth(zip(ds, xs).map { $0 * Naive.geluDerivative($1) }, S.self, ulps: 8, magnitude: 2) {
        geluBackward(cotangent: dy, input: x, count: count, into: $0, $1)
      }
    }

    @Test func destinationMayBeASource() {
      let x: [Float] = Samples.uniform(131, name: "x")
      let apart = written(count: 131) { gelu(x, count: 131, into: $0) }
      let inPlace = written(count: 131, initial: x) { gelu($0, count: 131, into: $0) }
      #expect(apart == inPlace)
    }
  }
}
