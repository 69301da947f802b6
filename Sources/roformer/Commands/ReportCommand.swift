import Experiments
import Platform
import Reports

/// `report`: statistics and pictures from what is there, without training.
let reportCommand = Command(
  name: "report", summary: "Make tables and pictures anew from an experiment's folder, without training",
  operands: ["DIR"], optionalOperands: ["EXPERIMENT.json"],
  options: [
    .init(name: "--set", value: "KEY=VALUE", isRepeated: true, summary: "another value for a key of the experiment")
  ],
  details: {
    """
    The report is about what was last asked for in DIR. With EXPERIMENT.json it is about the runs, arms and targets that
    this asks for, such as all seeds where `run --only` has trained the cells of a grown experiment one by one.
    """
  }
) { arguments, program in
  let file = arguments.operands.dropFirst().first
  guard file != nil || arguments.values("--set").isEmpty else {
    throw InputError(at: "--set", "sets nothing", expected: "EXPERIMENT.json after DIR")
  }
  let experiment = try file.map { try Experiment(file: $0, settings: arguments.values("--set")) }
  try printReport(on: arguments.operands[0], of: experiment, to: program)
  return ExitCode.done
}

/// Writes the report of a folder, prints the table, the finding and where the files are.
func printReport(on folder: String, of experiment: Experiment? = nil, to program: Program) throws {
  var folder = folder
  while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
  let (report, files) = try Report.make(in: folder, of: experiment) { program.errors("roformer: \($0)") }
  program.output(report.table)
  program.output("")
  program.output(report.finding)
  program.output("")
  for path in [Report.curvesPath(in: folder)] + files { program.output("  \(path)") }
}
