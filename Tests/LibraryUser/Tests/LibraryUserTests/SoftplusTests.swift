import Autodiff
import LibraryUser
import Testing

struct SoftplusTests {
  /// Its gradient, within a function of two inputs that uses one of them twice.
  @Test func gradientIsRight() {
    let x = Tensor<Double>([-2, -0.5, 0, 0.5, 2, 7], shape: [2, 3])
    let weight = Tensor<Double>([0.3, -1.2, 0.8])
    let report = GradientCheck(tolerance: 1e-8).run([x, weight]) { inputs in
      (inputs[0] * inputs[1]).softplus() * inputs[0]
    }
    #expect(report.passed, "\(report)")
  }

  /// Its values, where they are known.
  @Test func valuesAreRight() {
    let y = Tensor<Double>([0, 40, -40]).softplus().elements
    #expect(abs(y[0] - 0.693147180559945) < 1e-14 && abs(y[1] - 40) < 1e-14 && abs(y[2]) < 1e-14)
  }
}
