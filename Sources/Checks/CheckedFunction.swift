import Autodiff
import Kernels
import Platform

/// A function of tensors at a fixed point, by name: written once, checked in both precisions.
struct CheckedFunction<S: Scalar>: Sendable {
  /// The operation, layer or model, and after a dot the case.
  let name: String
  /// What the output is called.
  let outputName: String
  /// What each input is called.
  let inputNames: [String]
  /// The shape of each input.
  let shapes: [[Int]]
  /// The elements of each input; every one is a `Float`, so that the point is the same in both precisions.
  private let point: @Sendable () -> [[Double]]
  /// What is checked.
  let function: @Sendable ([Tensor<S>]) -> Tensor<S>

  /// A function at a random point.
  ///
  /// - Parameters:
  ///   - name: the operation, and after a dot the case.
  ///   - shapes: of the inputs.
  ///   - range: of the inputs' elements, to keep away from poles.
  ///   - function: what is checked.
  init(
    _ name: String, _ shapes: [[Int]], in range: ClosedRange<Double> = -1.5...1.5,
    _ function: @escaping @Sendable ([Tensor<S>]) -> Tensor<S>
  ) {
    self.name = name
    self.shapes = shapes
    self.function = function
    outputName = "output"
    inputNames = shapes.indices.map { "input \($0)" }
    point = {
      shapes.enumerated().map { input, shape in
        let source = RandomSource(seed: 7, purpose: "check \(name)", step: input)
        return (0..<shape.reduce(1, *)).map {
          Double(Float(range.lowerBound + (range.upperBound - range.lowerBound) * source.uniform(at: $0)))
        }
      }
    }
  }

  /// A function at a chosen point: ties, extremes, constant rows.
  init(
    _ name: String, at point: [(shape: [Int], elements: [Float])],
    _ function: @escaping @Sendable ([Tensor<S>]) -> Tensor<S>
  ) {
    self.name = name
    self.function = function
    outputName = "output"
    shapes = point.map(\.shape)
    inputNames = shapes.indices.map { "input \($0)" }
    self.point = { point.map { $0.elements.map(Double.init) } }
  }

  /// A function with named inputs.
  init(
    _ name: String, inputs: [(name: String, shape: [Int])], output outputName: String = "output",
    point: @escaping @Sendable () -> [[Double]], _ function: @escaping @Sendable ([Tensor<S>]) -> Tensor<S>
  ) {
    self.name = name
    self.function = function
    self.point = point
    self.outputName = outputName
    shapes = inputs.map(\.shape)
    inputNames = inputs.map(\.name)
  }

  /// The same point and name with another function, which is how the tests put a wrong one in.
  func replacing(_ function: @escaping @Sendable ([Tensor<S>]) -> Tensor<S>) -> CheckedFunction {
    CheckedFunction(
      name, inputs: zip(inputNames, shapes).map { ($0, $1) }, output: outputName, point: point, function)
  }

  /// The point.
  var inputs: [Tensor<S>] {
    zip(point(), shapes).map { elements, shape in Tensor(elements.map { S($0) }, shape: shape) }
  }

  /// The output and the gradient of each input for the cotangent that checks share; zeros where nothing depends on it.
  func outputAndGradients() -> (output: Tensor<S>, gradients: [Tensor<S>]) {
    let tape = Tape<S>()
    let variables = inputs.map(tape.variable)
    let output = function(variables)
    let gradients = tape.gradients(of: output, cotangent: Self.cotangent(shape: output.shape))
    return (
      output.detached, variables.map { gradients[$0]?.detached ?? Tensor(repeating: 0, shape: $0.shape) }
    )
  }

  /// Numbers in ±[0.5, 1.5], each a `Float`; 1 for a single number, so that a loss has its own gradients.
  private static func cotangent(shape: [Int]) -> Tensor<S> {
    guard !shape.isEmpty else { return Tensor(repeating: 1) }
    let source = RandomSource(seed: 7, purpose: "check's cotangent")
    let elements = (0..<shape.reduce(1, *)).map { index in
      let u = source.uniform(at: index)
      return S(Float(u < 0.5 ? -0.5 - 2 * u : 2 * u - 0.5))
    }
    return Tensor(elements, shape: shape)
  }
}

extension CheckedFunction {
  /// Everything that is checked.
  static var all: [CheckedFunction] { operations + extremes + layers + encoders }
}
