import Autodiff
import Platform

/// One check: what `gradcheck` prints a row of.
public struct Check: Sendable, CustomStringConvertible {
  /// The type of number that is checked.
  public enum Precision: String, Codable, Sendable {
    /// Gradients against differences.
    case double
    /// The `Float` kernels against the `Double` ones.
    case float
  }

  /// The operation, layer or model, and after a dot the case.
  public let name: String
  /// What is checked of it.
  public let precision: Precision
  private let measure: @Sendable () -> CheckResult

  /// The operation, layer or model that is checked: the name up to the first dot.
  public var subject: String { String(name.prefix { $0 != "." }) }
  /// Name and precision.
  public var description: String { "\(name) (\(precision.rawValue))" }

  /// Runs the check.
  public func run() -> CheckResult { measure() }

  /// Runs checks side by side, each on a thread of its own, since most are too small to share one out.
  ///
  /// - Parameter checks: what to run.
  /// - Returns: the results in the order of the checks, and the seconds that each took.
  public static func run(_ checks: [Check]) -> [(result: CheckResult, seconds: Double)] {
    ThreadPool.shared.map(checks.count) { index in
      let clock = ContinuousClock()
      let start = clock.now
      let result = checks[index].run()
      return (result, (clock.now - start) / .seconds(1))
    }
  }

  init(_ name: String, _ precision: Precision, measure: @escaping @Sendable () -> CheckResult) {
    self.name = name
    self.precision = precision
    self.measure = measure
  }
}

extension Check {
  /// Every check, in the order of the table.
  public static let all: [Check] = gradients + zeros + floats

  /// Gradients of every operation, layer and encoder against central differences.
  static let gradients: [Check] = CheckedFunction<Double>.all.map { function in
    Check(function.name, .double) { function.differences() }
  }

  /// The same functions in `Float` against `Double`, output and gradients.
  private static let floats: [Check] = zip(CheckedFunction<Float>.all, CheckedFunction<Double>.all).map {
    float, double in Check(float.name, .float) { float.compared(with: double) }
  }

  /// What must be exactly zero, in both precisions.
  private static let zeros: [Check] =
    ExactZeros<Double>.all.map { zeros in Check(zeros.name, .double) { zeros.measured(.double) } }
    + ExactZeros<Float>.all.map { zeros in Check(zeros.name, .float) { zeros.measured(.float) } }

  /// The checks that a name selects: its own, those whose name begins with it, or those of which it is a part.
  ///
  /// Parts are what stands between dots: `attention`, `padded`, `attention.padded`.
  ///
  /// - Throws: `InputError` with the nearest name if there is none.
  public static func selected(by name: String, from checks: [Check] = all) throws -> [Check] {
    let selected = checks.filter { check in
      check.name == name || check.name.hasPrefix(name + ".") || check.name.split(separator: ".").contains { $0 == name }
    }
    guard selected.isEmpty else { return selected }
    let names = checks.map(\.name) + checks.flatMap { $0.name.split(separator: ".").map(String.init) }
    let near = nearestName(to: name, among: names).map { " (did you mean \($0)?)" } ?? ""
    throw InputError(at: name, "no such check\(near)", expected: "a name of gradcheck --list")
  }
}
