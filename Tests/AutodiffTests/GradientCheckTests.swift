import Kernels
import Synchronization
import Testing

@testable import Autodiff

struct GradientCheckTests {
  /// |x|, whose gradient at 0 is a given number.
  private func magnitude(_ x: Tensor<Double>, atZero: Double = 0) -> Tensor<Double> {
    Tensor.operation("magnitude", [x]) { inputs in
      Tensor(inputs[0].elements.map(abs), shape: inputs[0].shape)
    } pullback: { dy, inputs, _ in
      [dy * Tensor(inputs[0].elements.map { $0 == 0 ? atZero : $0 < 0 ? -1 : 1 }, shape: dy.shape)]
    }
  }

  @Test func theWholeJacobianOfASmallFunctionIsCompared() {
    let x = Tensor<Double>([0.3, -1.2, 0.7, 2, 1, -1], shape: [2, 3])
    let report = GradientCheck().run([x]) { $0[0].softmax() }
    #expect(report.passed && report.comparesJacobian && report.outputShape == [2, 3])
    // One entry of the Jacobian is wrong: d out[1, 2] / d x[1, 0] lacks a tenth.
    let wrong = GradientCheck().run([x]) { x in
      Tensor.operation("wrong", [x[0]]) {
        $0[0].scaled(by: 1)
      } pullback: { dy, _, _ in
        var gradient = dy.elements
        gradient[3] += 0.1 * gradient[5]
        return [Tensor(gradient, shape: dy.shape)]
      }
    }
    #expect(!wrong.passed)
    #expect(wrong.worst?.place == GradientReport.Place(input: 0, index: 3, output: 5))
    #expect(wrong.worstPlace == "input 0 [1, 0], output [1, 2]")
    #expect(abs((wrong.worst?.gradient ?? 0) - 0.1) < 1e-12)
    #expect(abs(wrong.worst?.difference ?? 1) < 1e-9)
  }

  @Test func aLargeFunctionIsComparedAlongDirectionsAndCoordinates() {
    let x = Tensor<Double>((0..<2000).map { Double($0 % 17) / 9 - 1 }, shape: [40, 50])
    let report = GradientCheck().run([x]) { $0[0].gelu() }
    #expect(report.passed && !report.comparesJacobian)
    let wrong = GradientCheck().run([x]) { $0[0].tanh() + $0[0].detached }
    #expect(!wrong.passed && wrong.worst != nil)
  }

  @Test func toleranceIsTheUsers() {
    let x = Tensor<Double>([0.3, -1.2, 0.7])
    func slightlyWrong(_ x: [Tensor<Double>]) -> Tensor<Double> { x[0].tanh() + x[0].detached.scaled(by: 1e-4) }
    #expect(!GradientCheck().run([x], of: slightlyWrong).passed)
    #expect(GradientCheck(tolerance: 1e-2).run([x], of: slightlyWrong).passed)
    #expect(GradientCheck(smallestMagnitude: 1e4).run([x], of: slightlyWrong).passed)
  }

  /// At a kink every number from the left derivative to the right one is a gradient, and no other.
  @Test(arguments: [(-1.0, true), (0, true), (0.5, true), (1, true), (1.01, false), (-2, false), (Double.nan, false)])
  func kinksAreTreatedOnPurpose(gradient: Double, passes: Bool) {
    let x = Tensor<Double>([0.8, 0, -0.4])
    let report = GradientCheck().run([x]) { magnitude($0[0], atZero: gradient) }
    #expect(report.passed == passes, "\(report)")
    // At 0 the central difference says 0 as well; what is no number is right nowhere.
    #expect(report.kinkCount == (gradient == 0 || gradient.isNaN ? 0 : 1))
    #expect(passes || report.worst?.place.index == 1)
  }

  @Test func aKinkNearbyIsLeftOutByAShorterStep() {
    let x = Tensor<Double>([0.8, 3e-4, -0.4, -1.2e-5])
    let report = GradientCheck().run([x]) { magnitude($0[0]) }
    #expect(report.passed && report.kinkCount == 0, "\(report)")
    let wrong = GradientCheck().run([x]) { magnitude($0[0]) + $0[0].detached }
    #expect(!wrong.passed)
  }

  @Test func aFunctionThatDoesNotRepeatFails() {
    let calls = Atomic<Int>(0)
    let report = GradientCheck().run([Tensor([1, 2])]) { x in
      let call = calls.add(1, ordering: .relaxed).newValue
      return x[0].scaled(by: call == 2 ? 1 + 0x1p-40 : 1)
    }
    #expect(!report.isRepeatable && !report.passed)
    #expect(report.description.contains("other bits"))
  }

  /// A pullback that changes what it saved gives another gradient in its second pass.
  @Test func passesThatDoNotAddUpFail() {
    let report = GradientCheck().run([Tensor([1, 2])]) { x in
      let saved = Storage<Double>(x[0].elements)
      return Tensor.operation("spoiled", [x[0]]) {
        $0[0] * $0[0]
      } pullback: { dy, _, _ in
        let gradient = dy * Tensor(saved.elements.map { 2 * $0 }, shape: [2])
        saved.pointer[0] += 1
        return [gradient]
      }
    }
    #expect(!report.accumulates && !report.passed)
  }

  @Test func notANumberFails() {
    let report = GradientCheck().run([Tensor([-1.0, 2])]) { $0[0].log() }
    #expect(!report.passed)
  }
}
