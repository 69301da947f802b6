import Foundation
import Kernels
import TestSupport
import Testing

extension KernelTests {
  /// The activations beside exact GELU, against their formulas.
  struct ActivationTests {
    @Test(arguments: sizes) func valuesAndGradients(count: Int) {
      check(count, Float.self)
      check(count, Double.self)
    }

    private func check<S: Scalar>(_ count: Int, _: S.Type) {
      let x: [S] = Samples.uniform(count, in: -4...4, name: "x")
      let dy: [S] = Samples.uniform(count, name: "dy")
      let (xs, ds) = (doubles(x), doubles(dy))
      // e^(−2u) takes over the rounding of 2u, which is 10.9 at most.
      expectClose(written(count: count) { geluTanh(x, count: count, into: $0) }, xs.map(Naive.geluTanh), ulps: 40)
      expectClose(written(count: count) { silu(x, count: count, into: $0) }, xs.map(Naive.silu), ulps: 8)
      expectClose(written(count: count) { relu(x, count: count, into: $0) }, xs.map(Naive.relu), ulps: 0)
      // dy of at most 2, derivatives of at most 1.13; 1 − σ loses digits that x · 2u′, which is 20 at most, multiplies.
      expectBoth(zip(ds, xs).map { $0 * Naive.geluTanhDerivative($1) }, S.self, ulps: 24, magnitude: 2) {
        geluTanhBackward(cotangent: dy, input: x, count: count, into: $0, $1)
      }
      expectBoth(zip(ds, xs).map { $0 * Naive.siluDerivative($1) }, S.self, ulps: 8, magnitude: 2) {
        siluBackward(cotangent: dy, input: x, count: count, into: $0, $1)
      }
      expectBoth(zip(ds, xs).map { $0 * Naive.reluDerivative($1) }, S.self, ulps: 0) {
        reluBackward(cotangent: dy, input: x, count: count, into: $0, $1)
      }
    }

    /// Far out every activation is 0 or x, and its slope 0 or 1; at a kink ReLU's slope is 0.
    @Test func tails() {
      let x: [Float] = [-.greatestFiniteMagnitude, -1e20, -1000, 1000, 1e20, .greatestFiniteMagnitude, 0, -0.0]
      let ones = [Float](repeating: 1, count: x.count)
      let kernels:
        [(String, at0: Float, (UnsafeMutablePointer<Float>) -> Void, (UnsafeMutablePointer<Float>) -> Void)] =
          [
            (
              "geluTanh", 0.5, { geluTanh(x, count: x.count, into: $0) },
              { geluTanhBackward(cotangent: ones, input: x, count: x.count, into: $0, .overwrite) }
            ),
            (
              "silu", 0.5, { silu(x, count: x.count, into: $0) },
              { siluBackward(cotangent: ones, input: x, count: x.count, into: $0, .overwrite) }
            ),
            (
              "relu", 0, { relu(x, count: x.count, into: $0) },
              { reluBackward(cotangent: ones, input: x, count: x.count, into: $0, .overwrite) }
            ),
          ]
      for (name, slope, forward, backward) in kernels {
        let (values, slopes) = (written(count: x.count, forward), written(count: x.count, backward))
        #expect(values == [0, 0, 0] + x[3...5] + [0, 0], "\(name)")
        #expect(slopes == [0, 0, 0, 1, 1, 1, slope, slope], "\(name)")
      }
    }

    @Test func notANumberStaysOne() {
      let x: [Float] = [.nan, 1, .nan]
      for kernel: (UnsafePointer<Float>, Int, UnsafeMutablePointer<Float>) -> Void in [
        { geluTanh($0, count: $1, into: $2) }, { silu($0, count: $1, into: $2) }, { relu($0, count: $1, into: $2) },
      ] {
        #expect(written(count: 3) { kernel(x, 3, $0) }.map(\.isNaN) == [true, false, true])
      }
    }
  }
}
