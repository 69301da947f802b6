import Autodiff
import Kernels
import Platform

/// Numbers that must be exactly zero: what nobody sees changes nothing, and nothing flows back to it.
///
/// Differences alone would not tell an exact zero from a small number, or from a NaN that a mask hides.
struct ExactZeros<S: Scalar>: Sendable {
  /// The operation, and after a dot the case.
  let name: String
  private let shape: [Int]
  private let numbers: @Sendable () -> [S]

  /// The numbers, and the largest of them as an error.
  func measured(_ precision: Check.Precision) -> CheckResult {
    let numbers = numbers()
    let sizes = numbers.map { $0.isNaN ? Double.infinity : abs(Double($0)) }
    let largest = sizes.max() ?? 0
    return CheckResult(
      name: name, precision: precision, shapes: shapesText([shape], [numbers.count]),
      worst: largest > 0 ? "number \(sizes.firstIndex(of: largest) ?? 0)" : "", maxAbsoluteError: largest,
      maxRelativeError: largest, tolerance: 0, faults: numbers.isEmpty ? ["nothing is checked"] : [])
  }

  /// All of them.
  static var all: [ExactZeros] {
    [
      ExactZeros(name: "attention.hiddenSequence.zeros", shape: heads, numbers: hiddenSequence),
      ExactZeros(name: "attention.hiddenKeys.zeros", shape: heads, numbers: hiddenKeys),
      ExactZeros(name: "dropout.zeros", shape: [7, 31], numbers: droppedElements),
      ExactZeros(name: "gathering.zeros", shape: [5, 3], numbers: rowsThatNobodyTook),
    ]
  }

  private static var heads: [Int] { [2, 5, 3, 6] }

  /// Of a sequence in which every key is hidden: the output, and the gradients of queries, keys and values.
  @Sendable private static func hiddenSequence() -> [S] {
    let hidden = [Bool](repeating: true, count: 5) + [Bool](repeating: false, count: 5)
    let found = attended(hidden)
    return ([found.output] + found.gradients).flatMap { $0.elements.prefix($0.count / 2) }
  }

  /// Of hidden keys in a sequence that sees others: the gradients of those keys and of their values.
  @Sendable private static func hiddenKeys() -> [S] {
    let hidden = [false, true, false, true, true, false, false, false, false, true]
    return attended(hidden).gradients[1...].flatMap { gradient in
      hidden.indices.filter { hidden[$0] }.flatMap { gradient.elements[$0 * 18..<($0 + 1) * 18] }
    }
  }

  private static func attended(_ hidden: [Bool]) -> (output: Tensor<S>, gradients: [Tensor<S>]) {
    CheckedFunction<S>("attention", [heads, heads, heads]) {
      attention(
        query: $0[0], key: $0[1], value: $0[2], keyPadding: hidden,
        rotation: Rotation(positionCount: 5, rotatedDimensions: 6))
    }.outputAndGradients()
  }

  /// Of dropped elements: the gradient; of those kept: how far output and gradient are from x and cotangent over 1/2.
  @Sendable private static func droppedElements() -> [S] {
    let function = CheckedFunction<S>("dropout", [[7, 31]], in: 0.5...1.5) {
      $0[0].dropout(rate: 0.5, source: RandomSource(seed: 3, purpose: "check"))
    }
    let found = function.outputAndGradients()
    let inputs = function.inputs[0].elements
    let identity = function.replacing { $0[0].scaled(by: 1) }.outputAndGradients().gradients[0].elements
    let (output, gradient) = (found.output.elements, found.gradients[0].elements)
    return inputs.indices.flatMap { (i: Int) -> [S] in
      output[i] == 0 ? [gradient[i]] : [output[i] - 2 * inputs[i], gradient[i] - 2 * identity[i]]
    }
  }

  /// Of rows of a table that no index names: the gradient.
  @Sendable private static func rowsThatNobodyTook() -> [S] {
    let gradient = CheckedFunction<S>("gathering", [[5, 3]]) { $0[0].gathering(rows: [4, 1, 4, 1]) }
      .outputAndGradients().gradients[0].elements
    return [0, 2, 3].flatMap { gradient[3 * $0..<3 * $0 + 3] }
  }
}
