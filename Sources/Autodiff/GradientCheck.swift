import Kernels
import Platform

/// Compares the gradients of a function of tensors with central differences, in `Double`.
///
/// Where inputs and outputs are few, every entry of the Jacobian is compared. Elsewhere a random cotangent u makes the
/// function a number, φ(x) = Σ u ∘ f(x), whose derivatives along random directions in all inputs at once, and along
/// some coordinates drawn at random, are. The difference is that of fourth order,
/// (8(f(x + hv) − f(x − hv)) − (f(x + 2hv) − f(x − 2hv))) / 12h, whose error is of order h⁴.
///
/// The same run sees that a second pass gives the same bits, and that two backward passes over one tape add up.
///
/// A point at which left and right derivatives differ is not stepped over: where a difference disagrees, shorter steps
/// follow, which leave out a kink that lies near; at a kink itself any gradient from one derivative to the other is
/// right, as a subgradient is, and the report counts such places.
///
/// ```swift
/// let report = GradientCheck().run([x, w]) { $0[0].matrixMultiplied(by: $0[1]).tanh() }
/// precondition(report.passed, report.description)
/// ```
public struct GradientCheck: Sendable {
  /// The largest relative error that passes.
  public var tolerance: Double
  /// Derivatives smaller than this are compared as if they were of this size.
  ///
  /// So `tolerance · smallestMagnitude` is the absolute error that passes for a derivative of zero.
  public var smallestMagnitude: Double
  /// h, the length of a step along a direction whose coordinates are of order one.
  public var step: Double
  /// The largest Jacobian, in entries, that is compared whole.
  public var jacobianLimit: Int
  /// The most elements that the inputs may have together for a whole Jacobian; each costs four calls of the function.
  public var jacobianInputLimit: Int
  /// How many random directions are tried where the Jacobian is larger.
  public var directionCount: Int
  /// How many coordinates of each input, drawn at random, are tried there as well.
  public var coordinateCount: Int
  /// Keys the cotangents, directions and coordinates.
  public var seed: UInt64

  /// A check; the defaults suit functions whose inputs and derivatives are of order one.
  public init(
    tolerance: Double = 1e-7, smallestMagnitude: Double = 1e-3, step: Double = 1e-3, jacobianLimit: Int = 1 << 16,
    jacobianInputLimit: Int = 1200, directionCount: Int = 3, coordinateCount: Int = 2, seed: UInt64 = 0
  ) {
    self.tolerance = tolerance
    self.smallestMagnitude = smallestMagnitude
    self.step = step
    self.jacobianLimit = jacobianLimit
    self.jacobianInputLimit = jacobianInputLimit
    self.directionCount = directionCount
    self.coordinateCount = coordinateCount
    self.seed = seed
  }

  /// Checks a function at a point.
  ///
  /// - Parameters:
  ///   - inputs: the point; a gradient is checked for each.
  ///   - function: a function of tensors of the inputs' shapes; the shape of its output must not change.
  /// - Returns: the errors, where the largest is, and whether all is well.
  public func run(
    _ inputs: [Tensor<Double>], of function: ([Tensor<Double>]) -> Tensor<Double>
  ) -> GradientReport {
    let first = Pass(inputs, function)
    let shape = first.output.shape
    let (u, w) = (random(shape: shape, "cotangent", 0), random(shape: shape, "cotangent", 1))
    var report = GradientReport(tolerance: tolerance, outputShape: shape, inputShapes: inputs.map(\.shape))
    let gradients = first.gradients([u])
    let second = Pass(inputs, function)
    report.isRepeatable =
      haveSameBits([second.output.elements], [first.output.elements])
      && haveSameBits(second.gradients([u]), gradients)
    report.accumulates = haveSameBits(
      first.gradients([u, w]), zip(gradients, first.gradients([w])).map { zip($0, $1).map(+) })

    let inputCount = inputs.reduce(0) { $0 + $1.count }
    if inputCount <= jacobianInputLimit, inputCount * first.output.count <= jacobianLimit {
      report.comparesJacobian = true
      compareJacobian(first, inputs, function, &report)
    } else {
      compareDirections(gradients, u, inputs, function, &report)
    }
    return report
  }

  // MARK: - What is compared

  private func compareJacobian(
    _ pass: Pass, _ inputs: [Tensor<Double>], _ function: ([Tensor<Double>]) -> Tensor<Double>,
    _ report: inout GradientReport
  ) {
    let shape = pass.output.shape
    let rows = (0..<pass.output.count).map { index in
      var unit = [Double](repeating: 0, count: pass.output.count)
      unit[index] = 1
      return pass.gradients([Tensor(unit, shape: shape)])
    }
    for (number, input) in inputs.enumerated() {
      for index in 0..<input.count {
        let found = rows.map { $0[number][index] }
        let line = { Pass.value(function, at: Self.moved(inputs, input: number, index: index, by: $0)) }
        compare(found, scales: found.map(abs), along: line, step: step, &report) { output in
          GradientReport.Place(input: number, index: index, output: output)
        }
      }
    }
  }

  private func compareDirections(
    _ gradients: [[Double]], _ cotangent: Tensor<Double>, _ inputs: [Tensor<Double>],
    _ function: ([Tensor<Double>]) -> Tensor<Double>, _ report: inout GradientReport
  ) {
    let u = cotangent.elements
    // A direction in n dimensions moves the point by √n of its coordinates' size: a shorter step keeps it near.
    let directionStep = step / Double(inputs.reduce(1) { $0 + $1.count }).squareRoot().squareRoot()
    for number in 0..<directionCount {
      let direction = inputs.enumerated().map { random(shape: $1.shape, "direction \($0)", number).elements }
      let products = zip(gradients, direction).flatMap { zip($0, $1).map(*) }
      // Relative to the sum of magnitudes: a sum that cancels is not held against the gradient.
      let scale = products.reduce(0) { $0 + abs($1) }
      compare(
        [products.reduce(0, +)], scales: [scale],
        along: { distance in
          let moved = zip(inputs, direction).map { input, v in
            Tensor(zip(input.elements, v).map { $0 + distance * $1 }, shape: input.shape)
          }
          return [dot(Pass.value(function, at: moved), u)]
        }, step: directionStep, &report
      ) { _ in GradientReport.Place(direction: number) }
    }
    for (number, input) in inputs.enumerated() where input.count > 0 {
      let draws = RandomSource(seed: seed, purpose: "gradient check coordinates", step: number)
      for draw in 0..<coordinateCount {
        let index = draws.integer(below: input.count, at: draw)
        let found = gradients[number][index]
        compare(
          [found], scales: [abs(found)],
          along: { [dot(Pass.value(function, at: Self.moved(inputs, input: number, index: index, by: $0)), u)] },
          step: step, &report
        ) { _ in GradientReport.Place(input: number, index: index) }
      }
    }
  }

  // MARK: - Differences

  /// Compares derivatives along a line with differences of the function along it.
  ///
  /// - Parameters:
  ///   - found: the derivative of each output, as the gradients say.
  ///   - scales: what their errors are relative to, unless the difference is larger.
  ///   - values: the outputs at a distance along the line.
  ///   - step: h.
  ///   - report: takes the errors.
  ///   - place: where output number i is.
  private func compare(
    _ found: [Double], scales: [Double], along values: (Double) -> [Double], step: Double,
    _ report: inout GradientReport, place: (Int) -> GradientReport.Place
  ) {
    var comparisons = central(found, scales, values, step)
    var shorter = step
    // A kink within the step spoils the difference; a step that is too short is noisy, so the best one counts.
    for _ in 0..<3 where comparisons.contains(where: { !($0.relativeError <= tolerance) }) {
      shorter /= 16
      comparisons = zip(comparisons, central(found, scales, values, shorter)).map { best, other in
        other.relativeError < best.relativeError ? other : best
      }
    }
    if comparisons.contains(where: { !($0.relativeError <= tolerance) }) {
      let (left, right) = oneSided(values, shorter)
      for i in comparisons.indices where !(comparisons[i].relativeError <= tolerance) {
        let (low, high) = (min(left[i], right[i]), max(left[i], right[i]))
        let scale = max(scales[i], abs(low), abs(high), smallestMagnitude)
        guard high - low > kinkThreshold * scale else { continue }
        report.kinkCount += 1
        let nearest = min(max(found[i], low), high)
        comparisons[i] = Comparison(found: found[i], expected: nearest, scale: scale)
      }
    }
    for (i, comparison) in comparisons.enumerated() { report.take(comparison, at: place(i)) }
  }

  /// One-sided derivatives this far apart, relative to their size, are no rounding: there is a kink.
  private var kinkThreshold: Double { 1e-4 }

  private func central(
    _ found: [Double], _ scales: [Double], _ values: (Double) -> [Double], _ h: Double
  ) -> [Comparison] {
    let (ahead, behind, farAhead, farBehind) = (values(h), values(-h), values(2 * h), values(-2 * h))
    return found.indices.map { i in
      let expected = (8 * (ahead[i] - behind[i]) - (farAhead[i] - farBehind[i])) / (12 * h)
      return Comparison(
        found: found[i], expected: expected, scale: max(scales[i], abs(expected), smallestMagnitude))
    }
  }

  /// The derivatives of each output from the left and from the right, with an error of order h².
  private func oneSided(_ values: (Double) -> [Double], _ h: Double) -> (left: [Double], right: [Double]) {
    let middle = values(0)
    func derivative(_ h: Double) -> [Double] {
      let (near, far) = (values(h), values(2 * h))
      return middle.indices.map { (4 * near[$0] - 3 * middle[$0] - far[$0]) / (2 * h) }
    }
    return (derivative(-h), derivative(h))
  }

  // MARK: - Small parts

  /// The inputs with one element moved.
  private static func moved(
    _ inputs: [Tensor<Double>], input: Int, index: Int, by distance: Double
  ) -> [Tensor<Double>] {
    var moved = inputs
    var elements = inputs[input].elements
    elements[index] += distance
    moved[input] = Tensor(elements, shape: inputs[input].shape)
    return moved
  }

  /// Numbers uniform in ±[0.5, 1.5], so that none is nearly zero.
  private func random(shape: [Int], _ purpose: String, _ number: Int) -> Tensor<Double> {
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

  private func haveSameBits(_ a: [[Double]], _ b: [[Double]]) -> Bool {
    zip(a, b).allSatisfy { zip($0, $1).allSatisfy { $0.bitPattern == $1.bitPattern || $0 == $1 } }
  }
}

/// A derivative beside its estimate.
struct Comparison {
  let found: Double
  let expected: Double
  let scale: Double

  /// The distance of the two; infinite where either is no number.
  var error: Double {
    let error = abs(found - expected)
    return error.isNaN ? .infinity : error
  }

  var relativeError: Double { error.isFinite ? error / scale : .infinity }
}

/// A function computed once at a point, on a tape of its own.
private struct Pass {
  let output: Tensor<Double>
  private let tape = Tape<Double>()
  private let variables: [Tensor<Double>]

  init(_ inputs: [Tensor<Double>], _ function: ([Tensor<Double>]) -> Tensor<Double>) {
    variables = inputs.map(tape.variable)
    output = function(variables)
  }

  /// The gradient of each input after one backward pass a cotangent, zeros where the output does not depend on it.
  func gradients(_ cotangents: [Tensor<Double>]) -> [[Double]] {
    var gradients = Gradients<Double>()
    if output.node != nil {
      for cotangent in cotangents { tape.accumulate(gradientsOf: output, cotangent: cotangent, into: &gradients) }
    }
    return variables.map { gradients[$0]?.elements ?? [Double](repeating: 0, count: $0.count) }
  }

  /// The output's elements, nothing recorded.
  static func value(
    _ function: ([Tensor<Double>]) -> Tensor<Double>, at inputs: [Tensor<Double>]
  ) -> [Double] {
    function(inputs).elements
  }
}
