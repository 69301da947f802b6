import Testing

@testable import Autodiff

struct TapeTests {
  @Test func constantsAreNotRecorded() {
    let x = Tensor<Double>([1, 2, 3])
    #expect((x * x).node == nil)
  }

  @Test func gradientsAccumulateOverTwoPasses() throws {
    let tape = Tape<Double>()
    let x = tape.variable(Tensor([2, 3]))
    let (first, second) = ((x * x).sum(), x.exp().sum())
    var gradients = tape.gradients(of: first)
    tape.accumulate(gradientsOf: second, into: &gradients)
    let found = try #require(gradients[x]).elements
    for (g, v) in zip(found, x.elements) { #expect(abs(g - (2 * v + Tensor([v]).exp().scalar)) < 1e-12) }
  }

  @Test func onePassTwiceIsTheSameToTheBit() throws {
    func gradient() throws -> [Float] {
      let tape = Tape<Float>()
      let x = tape.variable(Tensor((0..<5 * 37).map { Float($0 % 17) / 9 - 1 }, shape: [5, 37]))
      return try #require(tape.gradients(of: x.softmax().log().gelu().sum())[x]).elements
    }
    #expect(try gradient() == gradient())
  }

  @Test func variablesThatDoNotMatterHaveNoGradient() {
    let tape = Tape<Double>()
    let (x, y) = (tape.variable(Tensor([1])), tape.variable(Tensor([2])))
    let gradients = tape.gradients(of: x.exp().sum())
    #expect(gradients[x] != nil)
    #expect(gradients[y] == nil)
  }

  @Test func cotangentIsNotChanged() throws {
    let tape = Tape<Double>()
    let x = tape.variable(Tensor([1, 2]))
    let cotangent = Tensor<Double>([3, 4])
    var gradients = tape.gradients(of: x, cotangent: cotangent)
    tape.accumulate(gradientsOf: x, cotangent: cotangent, into: &gradients)
    #expect(gradients[x]?.elements == [6, 8])
    #expect(cotangent.elements == [3, 4])
  }

  /// The tape after one that is freed often has its address; its variables are others all the same.
  @Test func gradientsOfATapeThatIsGoneAreNotAnothers() {
    for _ in 0..<100 {
      let gradients = {
        let tape = Tape<Double>()
        return tape.gradients(of: tape.variable(Tensor([1])).exp())
      }()
      #expect(gradients[Tape<Double>().variable(Tensor([1]))] == nil)
    }
  }

  @Test func anOperationAcrossTapesTraps() async {
    await #expect(processExitsWith: .failure) {
      _ = Tape<Float>().variable(Tensor([1])) + Tape<Float>().variable(Tensor([1]))
    }
  }

  @Test func shapesThatDoNotFitTrap() async {
    await #expect(processExitsWith: .failure) {
      _ = Tensor<Float>(repeating: 1, shape: [2, 3]) + Tensor<Float>(repeating: 1, shape: [2])
    }
  }
}
