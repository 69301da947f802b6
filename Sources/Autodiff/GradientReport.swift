/// What a gradient check found.
public struct GradientReport: Sendable, CustomStringConvertible {
  /// The largest difference between a derivative and its estimate.
  public private(set) var maxAbsoluteError = 0.0
  /// The largest of these differences over the derivative's size; over the sum of the magnitudes of the products it is
  /// made of, for a random direction.
  public private(set) var maxRelativeError = 0.0
  /// The derivative with the largest relative error; `nil` if every derivative is exact.
  public private(set) var worst: Derivative?
  /// How many derivatives were taken at a kink, where those from left and right differ.
  public internal(set) var kinkCount = 0
  /// Whether a second pass gave the same bits, output and gradients alike.
  public internal(set) var isRepeatable = true
  /// Whether two backward passes over one tape gave the sum of both, to the bit.
  public internal(set) var accumulates = true
  /// Whether every entry of the Jacobian was compared, not directions.
  public internal(set) var comparesJacobian = false
  /// The largest relative error that passes.
  public let tolerance: Double
  /// The shape of the function's output.
  public let outputShape: [Int]
  /// The shapes of its inputs.
  public let inputShapes: [[Int]]

  /// Which derivative is meant.
  public struct Place: Sendable, Equatable {
    /// The input; `nil` for a random direction in all of them.
    public let input: Int?
    /// The input's element, row-major; `nil` for a random direction.
    public let index: Int?
    /// The output's element, row-major; `nil` if a random cotangent takes all of them.
    public let output: Int?
    /// The number of the random direction; `nil` for a coordinate.
    public let direction: Int?

    init(input: Int? = nil, index: Int? = nil, output: Int? = nil, direction: Int? = nil) {
      self.input = input
      self.index = index
      self.output = output
      self.direction = direction
    }
  }

  /// A derivative, and what differences say of it.
  public struct Derivative: Sendable {
    /// Which one.
    public let place: Place
    /// The derivative as the gradients have it.
    public let gradient: Double
    /// Its estimate by differences.
    public let difference: Double
  }

  init(tolerance: Double, outputShape: [Int], inputShapes: [[Int]]) {
    self.tolerance = tolerance
    self.outputShape = outputShape
    self.inputShapes = inputShapes
  }

  /// Whether every error is a number within the tolerance, passes repeat, and gradients add up.
  public var passed: Bool { maxRelativeError <= tolerance && isRepeatable && accumulates }

  /// Where the worst derivative is: `input 1 [0, 2], output [3]`; `direction 2`; empty if every derivative is exact.
  public var worstPlace: String {
    guard let place = worst?.place else { return "" }
    guard let input = place.input, let index = place.index else { return "direction \(place.direction ?? 0)" }
    let output = outputShape.isEmpty ? nil : place.output.map { ", output \(position($0, in: outputShape))" }
    return "input \(input) \(position(index, in: inputShapes[input]))\(output ?? "")"
  }

  /// One line: shapes, errors, where the largest is, and what failed.
  public var description: String {
    var text = "\(inputShapes) → \(outputShape): relative error \(maxRelativeError)"
    if let worst {
      text += " at \(worstPlace) (gradient \(worst.gradient), difference \(worst.difference))"
    }
    text += ", absolute error \(maxAbsoluteError), tolerance \(tolerance)"
    if kinkCount > 0 { text += "; derivatives at a kink: \(kinkCount)" }
    if !isRepeatable { text += "; a second pass gave other bits" }
    if !accumulates { text += "; two backward passes do not add up" }
    return text
  }

  mutating func take(_ comparison: Comparison, at place: Place) {
    maxAbsoluteError = max(maxAbsoluteError, comparison.error)
    guard comparison.relativeError > maxRelativeError else { return }
    maxRelativeError = comparison.relativeError
    worst = Derivative(place: place, gradient: comparison.found, difference: comparison.expected)
  }
}

/// The indices, one an axis, of a row-major element.
func position(_ index: Int, in shape: [Int]) -> [Int] {
  zip(rowMajorStrides(shape), shape).map { stride, size in index / stride % size }
}
