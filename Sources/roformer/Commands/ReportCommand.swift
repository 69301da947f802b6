import Experiments
import Foundation
import Platform
import Reports

/// `report`: statistics and pictures from what is there, without training.
let reportCommand = Command(
  name: "report", summary: "Make tables and pictures anew from experiments' folders, without training",
  operands: ["DIR"], optionalOperands: ["EXPERIMENT.json | DIR …"], repeatsLastOperand: true,
  options: [
    .init(name: "--set", value: "KEY=VALUE", isRepeated: true, summary: "another value for a key of the experiment"),
    .init(name: "--out", value: "DIR", summary: "where several folders are compared; by default results/comparison"),
  ],
  details: {
    """
    The report is about what was last asked for in DIR. With EXPERIMENT.json it is about the runs, arms and targets that
    this asks for, such as all seeds where `run --only` has trained the cells of a grown experiment one by one.

    Several folders are put side by side: comparison.csv, comparison.md and comparison.svg have a row an experiment and
    comparison. Their own reports stay as they are.
    """
  }
) { arguments, program in
  let others = arguments.operands.dropFirst()
  let settings = arguments.values("--set")
  if others.count == 1, let other = others.first, !Files.exists(other) {
    throw InputError(
      at: other, "no such file or folder",
      expected: "EXPERIMENT.json, or the folder of an experiment to compare with \(arguments.operands[0])")
  }
  if others.count > 1 || others.first.map(isFolder) == true {
    guard settings.isEmpty else {
      throw InputError(at: "--set", "sets nothing where several folders are compared", expected: "no --set")
    }
    try compare(arguments.operands, in: arguments.value("--out") ?? "results/comparison", program)
    return ExitCode.done
  }
  guard arguments.value("--out") == nil else {
    throw InputError(at: "--out", "a report is written to the experiment's own folder", expected: "several folders")
  }
  guard others.first != nil || settings.isEmpty else {
    throw InputError(at: "--set", "sets nothing", expected: "EXPERIMENT.json after DIR")
  }
  let experiment = try others.first.map { try Experiment(file: $0, settings: settings) }
  try printReport(on: arguments.operands[0], of: experiment, to: program)
  return ExitCode.done
}

/// Writes the report of a folder, prints the table, the finding and where the files are.
func printReport(on folder: String, of experiment: Experiment? = nil, to program: Program) throws {
  let folder = withoutSlash(folder)
  let (report, files) = try Report.make(in: folder, of: experiment) { program.errors("roformer: \($0)") }
  program.output(report.table)
  program.output("")
  program.output(report.finding)
  program.output("")
  for path in [Report.curvesPath(in: folder)] + files { program.output("  \(path)") }
}

/// Puts several experiments side by side, prints the table and where the files are.
private func compare(_ folders: [String], in target: String, _ program: Program) throws {
  try checkEachIsOnce(folders)
  let entries = try folders.map(withoutSlash).map { (folder: $0, report: try Report(folder: $0)) }
  let names = entries.map(\.report.analysis.study.name)
  let comparison = Comparison(
    entries.map { folder, report in
      let name = report.analysis.study.name
      // Experiments of one name are told apart by their folders.
      return .init(label: names.count { $0 == name } > 1 ? folder : name, analysis: report.analysis)
    })
  try Files.makeFolder(target)
  let files = try comparison.write(to: withoutSlash(target))
  program.output(comparison.table)
  program.output("")
  for path in files { program.output("  \(path)") }
}

/// Checks that no folder is named twice, however it is written.
///
/// - Throws: `InputError` naming the second of two.
private func checkEachIsOnce(_ folders: [String]) throws {
  var names: [String: String] = [:]
  for folder in folders {
    let path = URL(fileURLWithPath: folder).resolvingSymlinksInPath().standardizedFileURL.path
    if let first = names.updateValue(folder, forKey: path) {
      let how = first == folder ? "is named twice" : "is the same folder as \(first)"
      throw InputError(at: folder, how, expected: "the folders of different experiments")
    }
  }
}

private func isFolder(_ path: String) -> Bool {
  var isFolder: ObjCBool = false
  return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
}

private func withoutSlash(_ folder: String) -> String {
  var folder = folder
  while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
  return folder
}
