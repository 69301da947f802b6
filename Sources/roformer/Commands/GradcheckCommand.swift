import Checks
import Experiments
import Foundation
import Platform

/// `gradcheck`: every gradient of the program against differences, and `Float` against `Double`.
let gradcheckCommand = Command(
  name: "gradcheck", summary: "Check every gradient: operations, layers, whole encoders",
  operands: [],
  options: [
    .init(name: "--only", value: "NAME", summary: "one check, or all whose name has this part, such as attention"),
    .init(name: "--list", summary: "name the checks, run none"),
    .init(name: "--json", value: "FILE", summary: "write the results as JSON as well"),
    .init(name: "--junit", value: "FILE", summary: "write the results as JUnit's XML as well"),
  ],
  details: {
    """
    Double: gradients against central differences, every entry of the Jacobian where that is small, else random
    directions and coordinates; a second pass must give the same bits, and two backward passes must add up.
    Float: output and gradients against Double. Exit code 1 if a check fails.
    """
  }
) { arguments, program in
  let checks = try arguments.value("--only").map { try Check.selected(by: $0) } ?? Check.all
  if arguments.has("--list") {
    for check in checks { program.output(check.description) }
    return ExitCode.done
  }
  let measured = measure(checks)
  try printResults(measured.map(\.result), seconds: measured.map(\.seconds), arguments, program)
  return measured.allSatisfy(\.result.passed) ? ExitCode.done : ExitCode.failed
}

/// Runs checks one after another; their kernels use all threads.
private func measure(_ checks: [Check]) -> [(result: CheckResult, seconds: Double)] {
  let clock = ContinuousClock()
  return checks.map { check in
    let start = clock.now
    let result = check.run()
    return (result, (clock.now - start) / .seconds(1))
  }
}

/// The table, the verdict, and the files that were asked for.
private func printResults(
  _ results: [CheckResult], seconds: [Double], _ arguments: Arguments, _ program: Program
) throws {
  var table = TextTable(
    ["check", "precision", "shapes", "absolute", "relative", "tolerance", "verdict", "worst at"],
    words: [0, 1, 2, 6, 7])
  for result in results {
    table.append([
      result.name, result.precision.rawValue, result.shapes, errorText(result.maxAbsoluteError),
      errorText(result.maxRelativeError), errorText(result.tolerance), result.passed ? "passed" : "FAILED",
      result.worst,
    ])
  }
  program.output(table.plain)
  program.output("")
  for result in results where !result.passed {
    program.output("\(result.name) (\(result.precision.rawValue)): \(result.explanation)")
  }
  let failed = results.count { !$0.passed }
  let verdict = failed == 0 ? "all passed" : "\(failed) failed"
  program.output("\(results.count) checks in \(seconds.reduce(0, +).durationText): \(verdict)")
  if let path = arguments.value("--json") { try Files.write(CheckReport.json(results), to: path) }
  if let path = arguments.value("--junit") { try Files.write(CheckReport.junit(results, seconds: seconds), to: path) }
}

/// An error to two digits; an exact zero as 0.
private func errorText(_ error: Double) -> String {
  error == 0 ? "0" : String(format: "%.1e", locale: Locale(identifier: "en_US_POSIX"), error)
}
