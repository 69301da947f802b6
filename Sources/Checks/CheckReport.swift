import Formats
import Foundation
import Platform

/// Results as other programs read them.
public enum CheckReport {
  /// JSON: `{"checks": [{"name", "precision", "maxAbsoluteError", "maxRelativeError", "tolerance", "passed"}]}`.
  ///
  /// An error that is no finite number is null, since JSON has no other.
  public static func json(_ results: [CheckResult]) throws -> String {
    struct File: Encodable {
      let checks: [Row]
    }
    struct Row: Encodable {
      let result: CheckResult

      enum Key: CodingKey {
        case name, precision, maxAbsoluteError, maxRelativeError, tolerance, passed
      }

      func encode(to encoder: any Encoder) throws {
        var row = encoder.container(keyedBy: Key.self)
        try row.encode(result.name, forKey: .name)
        try row.encode(result.precision, forKey: .precision)
        try row.encode(finite(result.maxAbsoluteError), forKey: .maxAbsoluteError)
        try row.encode(finite(result.maxRelativeError), forKey: .maxRelativeError)
        try row.encode(result.tolerance, forKey: .tolerance)
        try row.encode(result.passed, forKey: .passed)
      }

      private func finite(_ x: Double) -> Double? { x.isFinite ? x : nil }
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(File(checks: results.map(Row.init))), as: UTF8.self) + "\n"
  }

  /// JUnit's XML: a test case a check, a failure that says what is wrong.
  ///
  /// - Parameters:
  ///   - results: what was measured.
  ///   - seconds: how long each check took.
  /// - Returns: the file's text.
  public static func junit(_ results: [CheckResult], seconds: [Double]) -> String {
    let cases = zip(results, seconds).map { result, seconds in
      let start =
        "    <testcase classname=\"gradcheck.\(result.precision.rawValue)\" name=\"\(result.name.escapedForXML)\" "
        + "time=\"\(decimal(seconds))\""
      guard !result.passed else { return start + "/>" }
      return start + ">\n      <failure message=\"\(result.explanation.escapedForXML)\"/>\n    </testcase>"
    }
    let failures = results.count { !$0.passed }
    let counts = "tests=\"\(results.count)\" failures=\"\(failures)\" time=\"\(decimal(seconds.reduce(0, +)))\""
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuites \(counts)>
        <testsuite name="gradcheck" \(counts)>
      \(cases.joined(separator: "\n"))
        </testsuite>
      </testsuites>

      """
  }

  private static func decimal(_ seconds: Double) -> String {
    String(format: "%.6f", locale: Locale(identifier: "en_US_POSIX"), seconds)
  }
}
