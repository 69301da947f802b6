import Platform
import Autodiff

extension CheckedFunction where S == Double {
  /// The gradients at the point against central differences.
  func differences(_ check: GradientCheck = GradientCheck()) -> CheckResult {
    let report = check.run(inputs, of: function)
    var faults: [String] = []
    if !report.isRepeatable { faults.append("a second pass gave other bits") }
    if !report.accumulates { faults.append("two backward passes do not add up") }
    if report.kinkCount > 0 { faults.append("a kink at \(report.kinkCount.counted("derivative"))") }
    return CheckResult(
      name: name, precision: .double, shapes: shapesText(shapes, report.outputShape), worst: worst(report),
      values: report.worst.map { "gradient \($0.gradient), difference \($0.difference)" } ?? "",
      maxAbsoluteError: report.maxAbsoluteError, maxRelativeError: report.maxRelativeError, tolerance: report.tolerance,
      faults: faults)
  }

  /// The report's place, the input by its name here.
  private func worst(_ report: GradientReport) -> String {
    guard let input = report.worst?.place.input else { return report.worstPlace }
    return report.worstPlace.replacing("input \(input) ", with: inputNames[input] + " ", maxReplacements: 1)
  }
}
