import Kernels
import Platform

/// Compares the gradients of a function of tensors with central differences, in `Double`.
///
/// The function is made a number by a random cotangent u: φ(x) = Σ u ∘ f(x). Its directional derivative Σ ∇φ ∘ v along
/// random directions v, and along every single coordinate where there are few, is compared with the difference of
/// fourth order (8(φ(x + hv) − φ(x − hv)) − (φ(x + 2hv) − φ(x − 2hv))) / 12h, whose error is of order h⁴.
///
/// ```swift
/// let report = GradientCheck().run([x, w]) { $0[0].matrixMultiplied(by: $0[1]).tanh() }
/// precondition(report.passed, report.description)
/// ```
public struct GradientCheck: Sendable {
  /// The largest relative error that passes.
  public var tolerance: Double
  /// h, the length of a step along a direction whose coordinates are of order one.
  public var step: Double
  /// How many random directions are tried.
  public var directionCount: Int
  /// Every coordinate is tried as well if the inputs have at most this many elements together.
  public var coordinateLimit: Int
  /// Keys the cotangent and the directions.
  public var seed: UInt64

  /// A check; the defaults suit functions whose inputs and derivatives are of order one.
  public init(
    tolerance: Double = 1e-7, step: Double = 1e-3, directionCount: Int = 3, coordinateLimit: Int = 128,
    seed: UInt64 = 0
  ) {
    self.tolerance = tolerance
    self.step = step
    self.directionCount = directionCount
    self.coordinateLimit = coordinateLimit
    self.seed = seed
  }

  /// Checks a function at a point.
  ///
  /// - Parameters:
  ///   - inputs: the point; a gradient is checked for each.
  ///   - function: a smooth function of tensors of the inputs' shapes; must be deterministic.
  /// - Returns: the errors, and whether the largest is within the tolerance.
  public func run(
    _ inputs: [Tensor<Double>], of function: ([Tensor<Double>]) -> Tensor<Double>
  ) -> GradientReport {
    let tape = Tape<Double>()
    let variables = inputs.map(tape.variable)
    let output = function(variables)
    let cotangent = random(shape: output.shape, purpose: "cotangent", 0)
    let gradients = output.node == nil ? Gradients() : tape.gradients(of: output, cotangent: cotangent)
    let found = variables.map { variable in
      gradients[variable] ?? Tensor(repeating: 0, shape: variable.shape)
    }

    func value(_ direction: [[Double]], _ distance: Double) -> Double {
      let moved = zip(inputs, direction).map { input, v in
        Tensor(zip(input.elements, v).map { $0 + distance * $1 }, shape: input.shape)
      }
      return dot(function(moved).elements, cotangent.elements)
    }

    var report = GradientReport(tolerance: tolerance, outputShape: output.shape, inputShapes: inputs.map(\.shape))
    func compare(_ direction: [[Double]], coordinate: (input: Int, index: Int)?) {
      let h = step
      let near = value(direction, h) - value(direction, -h)
      let far = value(direction, 2 * h) - value(direction, -2 * h)
      let expected = (8 * near - far) / (12 * h)
      let products = zip(found, direction).flatMap { zip($0.elements, $1).map(*) }
      // Relative to the sum of magnitudes: a sum that cancels is not held against the gradient.
      let scale = max(products.reduce(0) { $0 + abs($1) }, abs(expected), magnitudeFloor)
      report.take(error: abs(products.reduce(0, +) - expected), scale: scale, coordinate: coordinate)
    }
    for number in 0..<directionCount {
      let direction = inputs.enumerated().map { random(shape: $1.shape, purpose: "direction \($0)", number).elements }
      compare(direction, coordinate: nil)
    }
    guard inputs.reduce(0, { $0 + $1.count }) <= coordinateLimit else { return report }
    for (number, input) in inputs.enumerated() {
      for index in 0..<input.count {
        var direction = inputs.map { [Double](repeating: 0, count: $0.count) }
        direction[number][index] = 1
        compare(direction, coordinate: (number, index))
      }
    }
    return report
  }

  /// Derivatives below this count as zero: differences of numbers of order one are no finer.
  private var magnitudeFloor: Double { 1e-3 }

  /// Numbers uniform in ±[0.5, 1.5], so that none is nearly zero.
  private func random(shape: [Int], purpose: String, _ number: Int) -> Tensor<Double> {
    let source = RandomSource(seed: seed, purpose: "gradient check " + purpose, step: number)
    let elements = (0..<shape.reduce(1, *)).map { index in
      let u = source.uniform(at: index)
      return u < 0.5 ? -0.5 - 2 * u : 2 * u - 0.5
    }
    return Tensor(elements, shape: shape)
  }

  private func dot(_ a: [Double], _ b: [Double]) -> Double {
    precondition(a.count == b.count, "GradientCheck: the function's output changed its size")
    return zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
  }
}

/// What a gradient check found.
public struct GradientReport: Sendable, CustomStringConvertible {
  /// The largest difference between a directional derivative and its estimate.
  public private(set) var maxAbsoluteError = 0.0
  /// The largest difference over the sum of the magnitudes of the products it is made of.
  public private(set) var maxRelativeError = 0.0
  /// The coordinate with the largest relative error: which input, and which of its elements.
  ///
  /// `nil` for a random direction.
  public private(set) var worst: (input: Int, index: Int)?
  /// What passes.
  public let tolerance: Double
  /// The shape of the function's output.
  public let outputShape: [Int]
  /// The shapes of its inputs.
  public let inputShapes: [[Int]]

  init(tolerance: Double, outputShape: [Int], inputShapes: [[Int]]) {
    self.tolerance = tolerance
    self.outputShape = outputShape
    self.inputShapes = inputShapes
  }

  /// Whether every error is a number within the tolerance.
  public var passed: Bool { maxRelativeError <= tolerance }

  /// One line: shapes, errors, and where the largest is.
  public var description: String {
    let place = worst.map { " at input \($0.input), element \($0.index)" } ?? ""
    return "\(inputShapes) → \(outputShape): relative error \(maxRelativeError)\(place), tolerance \(tolerance)"
  }

  mutating func take(error: Double, scale: Double, coordinate: (input: Int, index: Int)?) {
    maxAbsoluteError = max(maxAbsoluteError, error.isNaN ? .infinity : error)
    let relative = error.isNaN ? .infinity : error / scale
    if relative > maxRelativeError {
      maxRelativeError = relative
      worst = coordinate
    }
  }
}
