import Checks
import Experiments
import Foundation
import Platform
import Reports

/// `gradcheck`: every gradient of the program against differences, and `Float` against `Double`.
let gradcheckCommand = Command(
  name: "gradcheck", summary: "Check every gradient: operations, layers, whole encoders",
  operands: [],
  options: [
    .init(name: "--only", value: "NAME", summary: "one check, or all whose name has this part, such as attention"),
    .init(name: "--list", summary: "name the checks, run none"),
    .init(name: "--json", value: "FILE", summary: "write the results as JSON as well"),
    .init(name: "--junit", value: "FILE", summary: "write the results as JUnit's XML as well"),
    .init(
      name: "--golden", value: "FILE", isValueOptional: true,
      summary: "compare with gradients as last agreed; by default the repository's own"),
    .init(name: "--update", summary: "with --golden: write the file anew where gradients moved, and say where"),
  ],
  details: {
    """
    Double: gradients against central differences, every entry of the Jacobian where that is small, else random
    directions and coordinates; a second pass must give the same bits, and two backward passes must add up.
    Float: output and gradients against Double. Exit code 1 if a check fails.

    --golden compares outputs and gradients with a file instead (by default data/golden-gradients.json, seen from the
    repository's root) and names what moved, by how much, and where; exit code 1 if anything did.
    """
  }
) { arguments, program in
  let checks = try arguments.value("--only").map { try Check.selected(by: $0) } ?? Check.all
  if arguments.has("--list") {
    for check in checks { program.output(check.description) }
    return ExitCode.done
  }
  guard arguments.has("--golden") || !arguments.has("--update") else {
    throw InputError(at: "--update", "updates nothing", expected: "--golden too")
  }
  for path in ["--json", "--junit"].compactMap(arguments.value) { try Files.checkMayBeWritten(path) }
  if arguments.has("--golden") { return try compareWithGolden(arguments, program) }
  let clock = ContinuousClock()
  let start = clock.now
  let measured = Check.run(checks)
  let seconds = (clock.now - start) / .seconds(1)
  let results = measured.map(\.result)
  printTable(results, seconds: seconds, program)
  try write(results, seconds: measured.map(\.seconds), arguments)
  return measured.allSatisfy(\.result.passed) ? ExitCode.done : ExitCode.failed
}

/// Compares with a golden file, prints what moved, and writes it anew if asked.
private func compareWithGolden(_ arguments: Arguments, _ program: Program) throws -> Int32 {
  let path = arguments.value("--golden") ?? GoldenGradients.repositoryPath
  let updates = arguments.has("--update")
  if updates { try Files.checkMayBeWritten(path) }
  let clock = ContinuousClock()
  let start = clock.now
  let golden = try GoldenGradients(path: path, only: arguments.value("--only"), isNew: updates)
  let seconds = (clock.now - start) / .seconds(1)
  for difference in golden.differences.prefix(shownDifferences) { program.output(difference) }
  let hidden = golden.differences.count - shownDifferences
  if hidden > 0 { program.output("… and \(hidden) more") }
  try write(golden.results, seconds: golden.results.map { _ in seconds / Double(golden.results.count) }, arguments)
  let count = golden.differences.count
  let found = golden.passed ? "nothing moved" : count.counted("difference")
  program.output("\(golden.results.count.counted("comparison")) with \(path) in \(seconds.durationText): \(found)")
  guard updates else { return golden.passed ? ExitCode.done : ExitCode.failed }
  if golden.passed {
    program.output("\(path) is as it was")
  } else {
    try golden.update()
    program.output("\(path) written")
  }
  return ExitCode.done
}

/// How many differences are printed; a changed formula moves thousands.
private let shownDifferences = 40

/// The table and the verdict.
private func printTable(_ results: [CheckResult], seconds: Double, _ program: Program) {
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
  program.output("\(results.count.counted("check")) in \(seconds.durationText): \(verdict)")
}

/// The files that were asked for.
private func write(_ results: [CheckResult], seconds: [Double], _ arguments: Arguments) throws {
  if let path = arguments.value("--json") { try Files.write(CheckReport.json(results), to: path) }
  if let path = arguments.value("--junit") { try Files.write(CheckReport.junit(results, seconds: seconds), to: path) }
}

/// An error to two digits; an exact zero as 0.
private func errorText(_ error: Double) -> String {
  error == 0 ? "0" : String(format: "%.1e", locale: Locale(identifier: "en_US_POSIX"), error)
}
