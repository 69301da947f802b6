import Autodiff
import Models
import Kernels
import Testing
import Training

struct OptimizerTests {
  private func store() -> ParameterStore<Double> {
    let store = ParameterStore<Double>(seed: 3)
    _ = store.scope().parameter("matrix", .matrix, shape: [2, 2], .truncatedNormal(standardDeviation: 1))
    _ = store.scope().parameter("bias", .bias, shape: [2], .constant(0.5))
    return store
  }

  /// Two steps against Loshchilov & Hutter 2019, algorithm 2, written out for each element.
  @Test(arguments: [true, false])
  func agreesWithTheAlgorithm(corrects: Bool) {
    let store = store()
    var settings = TrainingConfiguration()
    settings.biasCorrection = corrects
    settings.clipNorm = 0.7
    let optimizer = Optimizer(store, settings)
    var expected = store.parameters.map { $0.value.elements }
    var m = expected.map { $0.map { _ in 0.0 } }
    var v = m
    for step in 1...2 {
      let gradients = store.parameters.map { parameter in
        Tensor<Double>((0..<parameter.value.count).map { Double($0 + step) / 3 - 1 }, shape: parameter.value.shape)
      }
      let norm = Optimizer<Double>.globalNorm(gradients)
      let naive = gradients.flatMap(\.elements).reduce(0) { $0 + $1 * $1 }.squareRoot()
      #expect(abs(norm - naive) < 1e-12)
      #expect(norm > 0.7, "the gradients are to be clipped")
      optimizer.update(gradients, norm: norm, learningRate: 0.1)
      for p in expected.indices {
        for i in expected[p].indices {
          let g = gradients[p].elements[i] * 0.7 / naive
          m[p][i] = 0.9 * m[p][i] + 0.1 * g
          v[p][i] = 0.999 * v[p][i] + 0.001 * g * g
          let (c1, c2) = corrects ? (1 - pow(0.9, step), 1 - pow(0.999, step)) : (1, 1)
          let decay = p == 0 ? 0.01 * expected[p][i] : 0
          expected[p][i] -= 0.1 * (m[p][i] / c1 / ((v[p][i] / c2).squareRoot() + 1e-6) + decay)
        }
      }
    }
    for (parameter, values) in zip(store.parameters, expected) {
      for (found, value) in zip(parameter.value.elements, values) { #expect(abs(found - value) < 1e-12) }
    }
  }

  private func pow(_ base: Double, _ exponent: Int) -> Double {
    (0..<exponent).reduce(1) { result, _ in result * base }
  }
}
