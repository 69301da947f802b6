import Autodiff
import Kernels

extension CheckedFunction where S == Float {
  /// Output and gradients in `Float` against those of the same function, at the same point, in `Double`.
  ///
  /// The error of a tensor is the norm of the difference over the norm of the tensor in `Double`, but at least over a
  /// hundredth of the largest of these norms: where theory says zero, as for a key's bias, only roundings are left.
  ///
  /// Two passes in `Float` must agree to the bit.
  func compared(with double: CheckedFunction<Double>) -> CheckResult {
    let found = outputAndGradients()
    let again = outputAndGradients()
    let expected = double.outputAndGradients()
    let names = ["output"] + inputNames
    let pairs = zip([found.output] + found.gradients, [expected.output] + expected.gradients).map {
      TensorDifference($0.0.elements.map(Double.init), $0.1.elements, shape: $0.1.shape)
    }
    let floor = (pairs.map(\.norm).max() ?? 0) / 100
    var (absolute, relative, worst) = (0.0, 0.0, "")
    for (name, pair) in zip(names, pairs) {
      absolute = max(absolute, pair.largest)
      let error = pair.relative(floor: floor)
      guard error > relative else { continue }
      relative = error
      worst = "\(name) \(pair.place)"
    }
    let sameBits = zip([found.output] + found.gradients, [again.output] + again.gradients).allSatisfy {
      $0.elements.map(\.bitPattern) == $1.elements.map(\.bitPattern)
    }
    return CheckResult(
      name: name, precision: .float, shapes: shapesText(shapes, found.output.shape), worst: worst,
      maxAbsoluteError: absolute, maxRelativeError: relative,
      tolerance: Check.Precision.float.tolerance(roundings: elementCount),
      faults: sameBits ? [] : ["a second pass gave other bits"])
  }
}

/// How far a tensor is from what is expected of it.
struct TensorDifference {
  /// The norm of what is expected.
  let norm: Double
  /// The norm of the difference; infinite where it is no number.
  let error: Double
  /// The largest difference of two elements.
  let largest: Double
  /// Where that is, an index an axis.
  let place: [Int]

  init(_ found: [Double], _ expected: [Double], shape: [Int]) {
    let distances = zip(found, expected).map { a, b in (a - b).isNaN ? Double.infinity : abs(a - b) }
    norm = expected.reduce(0) { $0 + $1 * $1 }.squareRoot()
    error = distances.reduce(0) { $0 + $1 * $1 }.squareRoot()
    largest = distances.max() ?? 0
    place = axisIndices(distances.firstIndex(of: largest) ?? 0, in: shape)
  }

  /// The error over the norm, which counts as `floor` at least.
  func relative(floor: Double) -> Double {
    error == 0 ? 0 : error / max(norm, floor)
  }
}
