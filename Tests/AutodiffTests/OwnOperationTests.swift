import Kernels
import Testing

@testable import Autodiff

struct OwnOperationTests {
  private func weighted(_ a: Tensor<Double>, _ b: Tensor<Double>) -> Tensor<Double> {
    Tensor.operation("weighted", [a, b]) {
      $0[0] * $0[1] + $0[1]
    } pullback: { dy, inputs, output in
      #expect(output.count == dy.count)
      return [dy * inputs[1], dy * inputs[0] + dy]
    }
  }

  @Test func gradientsReachAllInputsAndAliasesAdd() {
    let (x, y) = (Tensor<Double>([1, -2, 3]), Tensor<Double>([0.5, 4, -1]))
    #expect(GradientCheck().run([x, y]) { weighted($0[0], $0[1]) }.passed)
    #expect(GradientCheck().run([x]) { weighted($0[0], $0[0]) * $0[0] }.passed)
    #expect(GradientCheck().run([x]) { weighted($0[0], y) }.passed)
  }

  @Test func constantsAreNotRecorded() {
    #expect(weighted(Tensor([1]), Tensor([2])).node == nil)
  }

  @Test func anInputMayHaveNoGradient() throws {
    let tape = Tape<Double>()
    let (x, y) = (tape.variable(Tensor([1])), tape.variable(Tensor([2])))
    let z = Tensor.operation("first", [x, y]) {
      $0[0].scaled(by: 1)
    } pullback: { dy, _, _ in
      [dy, nil]
    }
    let gradients = tape.gradients(of: z)
    #expect(gradients[x]?.elements == [1])
    #expect(gradients[y] == nil)
  }

  @Test func tapeIsFreed() {
    weak var tape: Tape<Double>?
    do {
      let strong = Tape<Double>()
      tape = strong
      let x = strong.variable(Tensor([1, 2]))
      #expect(strong.gradients(of: weighted(x, x).sum())[x] != nil)
    }
    #expect(tape == nil)
  }

  @Test func mistakesTrap() async {
    await #expect(processExitsWith: .failure) {
      let x = Tape<Double>().variable(Tensor([1, 2]))
      _ = Tensor.operation("captured", [x]) { _ in
        x.tanh()
      } pullback: { dy, _, _ in
        [dy]
      }
    }
    await #expect(processExitsWith: .failure) {
      let tape = Tape<Double>()
      let x = tape.variable(Tensor([1, 2]))
      let y = Tensor.operation("shape", [x]) {
        $0[0].tanh()
      } pullback: { dy, _, _ in
        [dy.sum()]
      }
      _ = tape.gradients(of: y.sum())
    }
    await #expect(processExitsWith: .failure) {
      let tape = Tape<Double>()
      let x = tape.variable(Tensor([1, 2]))
      let y = Tensor.operation("count", [x]) {
        $0[0].tanh()
      } pullback: { dy, _, _ in
        [dy, dy]
      }
      _ = tape.gradients(of: y.sum())
    }
  }
}
