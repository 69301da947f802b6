import Foundation
import Kernels
import TestSupport
import Testing

extension KernelTests {
  /// The functions of `Float.Vector` against the system's in `Double`, over their range and at its ends.
  struct VectorMathTests {
    typealias Kernel = (UnsafePointer<Float>, Int, UnsafeMutablePointer<Float>) -> Void

    /// The largest error in units in the last place of the exact result, and where.
    func worst(_ xs: [Float], _ kernel: Kernel, _ exact: (Double) -> Double) -> (ulps: Double, at: Float) {
      let ys = written(count: xs.count) { kernel(xs, xs.count, $0) }
      var worst = (ulps: 0.0, at: Float(0))
      for (x, y) in zip(xs, ys) {
        let expected = exact(Double(x))
        let rounded = Float(expected)
        let error = rounded == y ? 0 : abs(Double(y) - expected) / Double(rounded.ulp)
        if !(error <= worst.ulps) { worst = (error, x) }
      }
      return worst
    }

    func grid(_ range: ClosedRange<Float>, _ count: Int = 50_003) -> [Float] {
      (0..<count).map { range.lowerBound + (range.upperBound - range.lowerBound) * Float($0) / Float(count - 1) }
    }

    /// Both signs of magnitudes spaced evenly in their logarithm.
    func magnitudes(_ exponents: ClosedRange<Double>, _ count: Int = 25_013, isSigned: Bool = true) -> [Float] {
      (0..<count).flatMap { i in
        let width = exponents.upperBound - exponents.lowerBound
        let x = Float(exp2(exponents.lowerBound + width * Double(i) / Double(count)))
        return isSigned ? [x, -x] : [x]
      }
    }

    func value(_ kernel: Kernel, _ x: Float) -> Float {
      written(count: 1) { kernel([x], 1, $0) }[0]
    }

    @Test func exponential() {
      let kernel: Kernel = { Kernels.exp($0, count: $1, into: $2) }
      let result = worst(grid(-87...88.72) + magnitudes(-149...6), kernel) { Foundation.exp($0) }
      #expect(result.ulps <= 2, "at \(result.at)")
      // Among the denormals one more rounding.
      let low = worst(grid(-110 ... -87), kernel) { Foundation.exp($0) }
      #expect(low.ulps <= 2, "at \(low.at)")
      for x: Float in [88.73, 100, .greatestFiniteMagnitude, .infinity] { #expect(value(kernel, x) == .infinity) }
      for x: Float in [-104, -1000, -.greatestFiniteMagnitude, -.infinity] { #expect(value(kernel, x) == 0) }
      for x: Float in [0, -0.0, .leastNonzeroMagnitude] { #expect(value(kernel, x) == 1) }
      #expect(value(kernel, .nan).isNaN)
    }

    @Test func logarithm() {
      let kernel: Kernel = { Kernels.log($0, count: $1, into: $2) }
      let xs = magnitudes(-149...128, isSigned: false).filter { $0.isFinite } + grid(0.5...2) + grid(0.99...1.01)
      let result = worst(xs, kernel) { Foundation.log($0) }
      #expect(result.ulps <= 2, "at \(result.at)")
      #expect(value(kernel, 1) == 0)
      #expect(value(kernel, .infinity) == .infinity)
      for x: Float in [0, -0.0] { #expect(value(kernel, x) == -.infinity) }
      for x: Float in [-1, -.leastNonzeroMagnitude, -.infinity, .nan] { #expect(value(kernel, x).isNaN) }
    }

    @Test func hyperbolicTangent() {
      let kernel: Kernel = { Kernels.tanh($0, count: $1, into: $2) }
      let result = worst(magnitudes(-149...5) + grid(-10...10), kernel) { Foundation.tanh($0) }
      #expect(result.ulps <= 3, "at \(result.at)")
      expectOddAndBounded(kernel)
    }

    @Test func errorFunction() {
      let kernel: Kernel = { Kernels.erf($0, count: $1, into: $2) }
      let result = worst(magnitudes(-149...5) + grid(-5...5), kernel) { Foundation.erf($0) }
      #expect(result.ulps <= 6, "at \(result.at)")
      expectOddAndBounded(kernel)
    }

    @Test func gaussianErrorLinearUnit() {
      let kernel: Kernel = { Kernels.gelu($0, count: $1, into: $2) }
      let upper = worst(magnitudes(-126...127, isSigned: false) + magnitudes(-126 ... -1) + grid(-0.5...12), kernel) {
        Naive.gelu($0)
      }
      #expect(upper.ulps <= 3, "at \(upper.at)")
      let all = worstError(grid(-20...12) + magnitudes(-126...127), kernel, Naive.gelu) { abs($0) }
      #expect(all.error <= 4 * 0x1p-24, "at \(all.at)")
      for x: Float in [-6, -20, -.greatestFiniteMagnitude, -0.0, 0] { #expect(value(kernel, x) == 0) }
      #expect(value(kernel, .greatestFiniteMagnitude) == .greatestFiniteMagnitude)
      #expect(value(kernel, .nan).isNaN)
    }

    @Test func derivativeOfTheGaussianErrorLinearUnit() {
      let kernel: Kernel = { x, count, dx in
        let ones = [Float](repeating: 1, count: count)
        geluBackward(cotangent: ones, input: x, count: count, into: dx, .overwrite)
      }
      let all = worstError(grid(-20...12) + magnitudes(-126...127), kernel, Naive.geluDerivative) { _ in 1 }
      #expect(all.error <= 4 * 0x1p-24, "at \(all.at)")
      #expect(value(kernel, 0) == 0.5)
      for x: Float in [20, .greatestFiniteMagnitude] {
        #expect(value(kernel, x) == 1)
        #expect(value(kernel, -x) == 0)
      }
    }

    /// The largest error as a share of `scale`, and where.
    func worstError(
      _ xs: [Float], _ kernel: Kernel, _ exact: (Double) -> Double, _ scale: (Double) -> Double
    ) -> (error: Double, at: Float) {
      let ys = written(count: xs.count) { kernel(xs, xs.count, $0) }
      var worst = (error: 0.0, at: Float(0))
      for (x, y) in zip(xs, ys) where Double(y) != exact(Double(x)) {
        let error = abs(Double(y) - exact(Double(x))) / scale(Double(x))
        if !(error <= worst.error) { worst = (error, x) }
      }
      return worst
    }

    func expectOddAndBounded(_ kernel: Kernel) {
      for x: Float in [20, .greatestFiniteMagnitude, .infinity] {
        #expect(value(kernel, x) == 1)
        #expect(value(kernel, -x) == -1)
      }
      #expect(value(kernel, 0) == 0)
      #expect(value(kernel, -0.0).sign == .minus)
      #expect(value(kernel, .nan).isNaN)
    }

    /// A lane's result does not depend on its neighbours, nor on whether it lies in the last, partial vector.
    @Test func lanesAreIndependent() {
      let xs: [Float] = [-200, -3, -0.5, 0, 0.25, 1, 7, 88, 200, .infinity, .nan, 0x1p-133, 0.9, 0.93, 2, 5, 19]
      let kernels: [Kernel] = [
        { Kernels.exp($0, count: $1, into: $2) }, { Kernels.log($0, count: $1, into: $2) },
        { Kernels.tanh($0, count: $1, into: $2) }, { Kernels.erf($0, count: $1, into: $2) },
        { Kernels.gelu($0, count: $1, into: $2) },
      ]
      for kernel in kernels {
        let together = written(count: xs.count) { kernel(xs, xs.count, $0) }
        for (x, y) in zip(xs, together) { #expect(value(kernel, x).bitPattern == y.bitPattern) }
      }
    }
  }
}
