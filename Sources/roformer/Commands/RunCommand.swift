import Experiments
import Foundation
import Platform
import Reports

/// `run`: trains what is not yet trained, then reports.
let runCommand = Command(
  name: "run", summary: "Train an experiment's runs, or go on with them, and report",
  operands: ["EXPERIMENT.json"],
  options: [
    .init(name: "--out", value: "DIR", summary: "the experiment's own folder; by default results/NAME"),
    .init(name: "--only", value: "INDEX", summary: "one cell of the grid, from 0; writes that cell's folder alone"),
    .init(name: "--threads", value: "N", summary: "threads; by default as many as there are cores"),
    .init(name: "--set", value: "KEY=VALUE", isRepeated: true, summary: "another value for a key of the experiment"),
    .init(name: "--tensorboard", summary: "leave each run's curve for TensorBoard too: tensorboard --logdir DIR/runs"),
    .init(name: "--quiet", summary: "no progress"),
    .init(name: "--count", summary: "print the number of cells and train nothing"),
    .init(name: "--status", summary: "print what is done, running, diverged and waiting, and train nothing"),
  ],
  details: { RunExample.text + "\n\n" + SchemaHelp.text }
) { arguments, program in
  // First of all: there is something to resume from now on.
  let active = ActiveRuns()
  let line = ProgressLine()
  Interruption.handle {
    func say(_ text: String) { StandardStreams.writeError("roformer: interrupted; \(text)\n") }
    do {
      try active.saveForGood()
      ProcessLock.releaseAll()
      line.finish()
      say("the same command goes on from here")
    } catch {
      ProcessLock.releaseAll()
      line.finish()
      say("\(error)")
      _exit(ExitCode.badInput)
    }
  }
  let experiment = try Experiment(file: arguments.operands[0], settings: arguments.values("--set"))
  let folder = arguments.value("--out") ?? "results/\(experiment.name)"
  if arguments.has("--count") {
    program.output(String(experiment.cells.count))
    return ExitCode.done
  }
  if arguments.has("--status") {
    let status = try ExperimentStatus(experiment, in: folder)
    program.errors(status.table)
    program.output(status.json)
    return ExitCode.done
  }
  try experiment.checkFits()
  if let threads = try arguments.integer("--threads", in: 1...ThreadPool.maximumThreadCount) {
    ThreadPool.shared.setThreadCount(threads)
  }
  let only = try arguments.integer("--only", in: 0...experiment.cells.count - 1)
  let isQuiet = arguments.has("--quiet")
  for note in experiment.notes { program.errors("roformer: note: \(note)") }

  let outcome = try {
    defer { line.finish() }
    return try run(
      experiment, in: folder, only: only, writesEvents: arguments.has("--tensorboard"), active: active,
      listener: RunListener(
        announce: { if !isQuiet { program.errors($0) } },
        warn: { text in
          line.finish()
          program.errors("roformer: warning: \(text)")
        }, preparation: { if !isQuiet { line.show($0) } },
        progress: { if !isQuiet { line.show(forms: ProgressLine.forms($0)) } }))
  }()

  if case .elsewhere(let runs) = outcome {
    program.errors(
      "roformer: other processes train \(runs.joined(separator: ", ")); the same command reports when they are done")
    return ExitCode.interrupted
  }
  if let only {
    let state = if case .diverged = outcome { "has diverged" } else { "is done" }
    program.output("Cell \(only) \(state): \(Report.runFolder(of: experiment.cells[only], in: folder))")
  } else {
    if outcome == .alreadyDone { program.output(doneText(experiment.cells.count)) }
    try printReport(on: folder, to: program)
  }
  guard case .diverged(let runs) = outcome else { return ExitCode.done }
  program.errors("roformer: diverged: \(runs.joined(separator: ", "))")
  return ExitCode.failed
}

/// What to say where nothing is left to do.
private func doneText(_ count: Int) -> String { count == 1 ? "The run is done." : "All \(count) runs are done." }
