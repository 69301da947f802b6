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
    .init(name: "--stage", value: "NAME", summary: "one stage of an experiment that tunes its learning rates first"),
    .init(name: "--threads", value: "N", summary: "threads; by default as many as there are cores"),
    .init(name: "--set", value: "KEY=VALUE", isRepeated: true, summary: "another value for a key of the experiment"),
    .init(name: "--tensorboard", summary: "leave each run's curve for TensorBoard too: tensorboard --logdir DIR/runs"),
    .init(name: "--quiet", summary: "no progress"),
    .init(name: "--count", summary: "print the number of cells and train nothing"),
    .init(name: "--dry-run", summary: "print the plan: arms, runs, learning rates at the schedule's corners"),
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
  let stage = try stage(arguments, experiment)
  if arguments.has("--count") {
    countLines(try ExperimentCount(experiment, in: folder), stage: stage).forEach(program.output)
    return ExitCode.done
  }
  if arguments.has("--dry-run") {
    DryRun(experiment, stage: stage).lines.forEach(program.output)
    return ExitCode.done
  }
  if arguments.has("--status") {
    let status = try ExperimentStatus(experiment, in: folder, stage: stage)
    program.errors(status.table)
    program.output(status.json)
    return ExitCode.done
  }
  try experiment.checkFits()
  if let threads = try arguments.integer("--threads", in: 1...ThreadPool.maximumThreadCount) {
    ThreadPool.shared.setThreadCount(threads)
  }
  let only = try arguments.integer("--only", in: 0...Int(Int32.max))
  if only != nil, stage == nil, experiment.isStaged {
    throw InputError(
      at: "--only", "does not say of which stage",
      expected: "--stage, one of " + experiment.stageKinds.map(\.rawValue).joined(separator: ", "))
  }
  let isQuiet = arguments.has("--quiet")
  for note in experiment.notes { program.errors("roformer: note: \(note)") }

  let outcome = try {
    defer { line.finish() }
    return try run(
      experiment, in: folder, ChosenRuns(stage: stage, cell: only), writesEvents: arguments.has("--tensorboard"),
      active: active,
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
    program.output(try cellText(only, of: experiment, stage, in: folder, outcome))
  } else if let stage, experiment.isStaged {
    program.output("The stage \(stage.rawValue) is done. All stages and their report: the same without --stage.")
  } else {
    if outcome == .alreadyDone { program.output(doneText(try ExperimentCount(experiment, in: folder).runCount)) }
    try printReport(on: folder, to: program)
  }
  guard case .diverged(let runs) = outcome else { return ExitCode.done }
  program.errors("roformer: diverged: \(runs.joined(separator: ", "))")
  return ExitCode.failed
}

/// The stage that is asked for; `nil` for all of them.
private func stage(_ arguments: Arguments, _ experiment: Experiment) throws -> Study.Stage? {
  guard let name = arguments.value("--stage") else { return nil }
  guard let stage = experiment.stageKinds.first(where: { $0.rawValue == name }) else {
    throw InputError(
      at: "--stage", "is '\(name)'",
      expected: "a stage of the experiment: " + experiment.stageKinds.map(\.rawValue).joined(separator: ", "))
  }
  return stage
}

/// The number of cells, or a line a stage where there are several and none is asked for.
private func countLines(_ count: ExperimentCount, stage: Study.Stage?) -> [String] {
  let stages = count.stages.filter { stage == nil || $0.kind == stage }
  return stages.count == 1 ? [String(stages[0].count)] : stages.map { "\($0.kind.rawValue) \($0.count)" }
}

/// What to say of a single cell.
private func cellText(
  _ cell: Int, of experiment: Experiment, _ stage: Study.Stage?, in folder: String, _ outcome: RunOutcome
) throws -> String {
  guard let path = try Report.runFolder(ofCell: cell, stage ?? .evaluation, of: experiment, in: folder) else {
    return "Cell \(cell) is not asked for: arms that reached no target get fewer seeds."
  }
  return if case .diverged = outcome { "Cell \(cell) has diverged: \(path)" } else { "Cell \(cell) is done: \(path)" }
}

/// What to say where nothing is left to do.
private func doneText(_ count: Int) -> String { count == 1 ? "The run is done." : "All \(count) runs are done." }
