import Experiments
import Platform
import Reports

/// `report`: statistics and pictures from what is there, without training.
let reportCommand = Command(
  name: "report", summary: "Make tables and pictures anew from an experiment's folder, without training",
  operands: ["DIR"], options: []
) { arguments, program in
  try printReport(on: arguments.operands[0], to: program)
  return ExitCode.done
}

/// Writes the report of a folder, prints the table, the finding and where the files are.
func printReport(on folder: String, to program: Program) throws {
  var folder = folder
  while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
  let (report, files) = try Report.make(in: folder) { program.errors("roformer: \($0)") }
  program.output(report.table)
  program.output("")
  program.output(report.finding)
  program.output("")
  for path in [Report.curvesPath(in: folder)] + files { program.output("  \(path)") }
}
