import Kernels
import Platform
import TestSupport
import Testing

extension KernelTests {
  struct DropoutTests {
    @Test(arguments: sizes) func matchesNaive(count: Int) {
      check(count, Float.self)
      check(count, Double.self)
    }

    func check<S: Scalar>(_ count: Int, _: S.Type) {
      let x: [S] = Samples.uniform(count, name: "x")
      let source = RandomSource(seed: 3, purpose: "dropout", step: 17)
      for rate in [0, 0.1, 0.75] {
        let expected = x.indices.map { i in
          Double(source.block(i / 4)[i % 4]) < rate * 0x1p32 - 1 ? 0 : Double(x[i]) / (1 - rate)
        }
        expectBoth(expected, S.self, ulps: 1) { dropout(x, count: count, rate: rate, source: source, into: $0, $1) }
      }
    }

    @Test func keepsTheRate() {
      let count = 100_000
      let ones = [Float](repeating: 1, count: count)
      let y = written(count: count) {
        dropout(ones, count: count, rate: 0.1, source: RandomSource(seed: 5, purpose: "rate"), into: $0, .overwrite)
      }
      let dropped = y.count { $0 == 0 }
      // Five standard deviations of a binomial distribution.
      #expect(abs(Double(dropped) - 10_000) < 5 * (Double(count) * 0.1 * 0.9).squareRoot())
    }
  }
}
