/// What a check measured, and whether it passed.
public struct CheckResult: Sendable {
  /// The check's name.
  public let name: String
  /// What was checked of it.
  public let precision: Check.Precision
  /// The shapes of inputs and output, in a few words.
  public let shapes: String
  /// Where the largest relative error is; empty if there is none.
  public let worst: String
  /// The values that differ there; empty if a norm differs, or nothing.
  public var values = ""
  /// The largest difference.
  public let maxAbsoluteError: Double
  /// The largest difference over the size of what it is a difference of.
  public let maxRelativeError: Double
  /// The largest relative error that passes.
  public let tolerance: Double
  /// What is wrong besides, each in a few words; empty if all is well.
  public let faults: [String]

  /// Whether the error is a number within the tolerance and nothing else is wrong.
  public var passed: Bool { maxRelativeError <= tolerance && faults.isEmpty }

  /// What is wrong, in a line; empty if the check passed.
  public var explanation: String {
    let error =
      maxRelativeError <= tolerance
      ? [] : ["relative error \(maxRelativeError) at \(worst)\(values.isEmpty ? "" : " (\(values))")"]
    return (error + faults).joined(separator: "; ")
  }
}

/// Shapes as a reader wants them: `3×5, 5 → 3×5`; many inputs are only counted.
func shapesText(_ inputs: [[Int]], _ output: [Int]) -> String {
  func text(_ shape: [Int]) -> String { shape.isEmpty ? "1" : shape.map(String.init).joined(separator: "×") }
  let elements = inputs.reduce(0) { $0 + $1.reduce(1, *) }
  let from =
    inputs.count <= 3 ? inputs.map(text).joined(separator: ", ") : "\(inputs.count) tensors (\(elements))"
  return "\(from) → \(text(output))"
}
