import Kernels
import TestSupport
import Testing

extension KernelTests {
  struct LayerNormTests {
    @Test(arguments: [(0, 5), (1, 1), (3, 7), (607, 29), (5, 331)])
    func matchesNaive(rows: Int, columns: Int) {
      check(rows, columns, Float.self)
      check(rows, columns, Double.self)
    }

    func check<S: Scalar>(_ rows: Int, _ columns: Int, _: S.Type) {
      let count = rows * columns
      let x: [S] = Samples.uniform(count, in: -1...3, name: "x")
      let dy: [S] = Samples.uniform(count, name: "dy")
      let gain: [S] = Samples.uniform(columns, in: 0.5...1.5, name: "gain")
      let bias: [S] = Samples.uniform(columns, name: "bias")
      let epsilon: S = 0.125  // Large enough that a single column has a gradient.
      let naive = Naive.LayerNorm(
        doubles(x), gain: doubles(gain), bias: doubles(bias), epsilon: 0.125, cotangent: doubles(dy))
      var means: [S] = []
      var reciprocals: [S] = []
      let y = written(count: count) { y in
        means = written(count: rows) { means in
          reciprocals = written(count: rows) {
            layerNorm(
              x, gain: gain, bias: bias, epsilon: epsilon, rows: rows, columns: columns, into: y, means: means,
              reciprocalDeviations: $0)
          }
        }
      }
      // Sums of n terms in a dozen accumulators or more.
      let ulps = 8 + Double(columns) / 16
      expectClose(y, naive.y, ulps: ulps, magnitude: 4)
      expectClose(means, naive.means, ulps: ulps, magnitude: 3)
      expectClose(reciprocals, naive.reciprocalDeviations, ulps: ulps)
      let (parameterUlps, size) = (Double(rows) + ulps, 4 * Double(rows + 1).squareRoot())
      let gradients = [
        (naive.dx, ulps: 2 * ulps, magnitude: 8), (naive.dGain, ulps: parameterUlps, magnitude: size),
        (naive.dBias, ulps: parameterUlps, magnitude: size),
      ]
      for (index, (expected, ulps, magnitude)) in gradients.enumerated() {
        // Alone, and beside the others, which are overwritten or added to.
        for others in [nil, .overwrite, .add] as [Accumulation?] {
          expectBoth(expected, S.self, ulps: ulps, magnitude: magnitude) { target, accumulation in
            _ = written(count: count + 2 * columns) { (beside: UnsafeMutablePointer<S>) in
              let targets = [0, count, count + columns].enumerated().map { other, offset in
                other == index ? (target, accumulation) : others.map { (beside + offset, $0) }
              }
              layerNormBackward(
                cotangent: dy, input: x, gain: gain, means: means, reciprocalDeviations: reciprocals, rows: rows,
                columns: columns, dInput: targets[0], dGain: targets[1], dBias: targets[2])
            }
          }
        }
      }
    }

    /// A large mean takes no precision from the deviation, which a one-pass E[x²] − μ² would lose.
    @Test func largeMean() {
      let x: [Float] = Samples.uniform(37, name: "x").map { 4096 + ($0 * 64).rounded() / 64 }
      let ones = [Float](repeating: 1, count: 37)
      let zeros = [Float](repeating: 0, count: 37)
      let naive = Naive.LayerNorm(
        doubles(x), gain: doubles(ones), bias: doubles(zeros), epsilon: 1e-12, cotangent: doubles(zeros))
      var (mean, reciprocal): (Float, Float) = (0, 0)
      let y = written(count: 37) {
        layerNorm(
          x, gain: ones, bias: zeros, epsilon: 1e-12, rows: 1, columns: 37, into: $0, means: &mean,
          reciprocalDeviations: &reciprocal)
      }
      expectClose(y, naive.y, ulps: 4 * 4096, magnitude: 1)
    }
  }
}
