import Benchmarks
import Experiments
import Foundation

/// `bench`: times this machine's kernels or whole training steps.
let benchCommand = Command(
  name: "bench", summary: "Time products, attention or training steps against the machine's multiply-add peak",
  operands: [BenchSettings.Subject.allCases.map(\.rawValue).joined(separator: "|")],
  options: benchOptions, details: { benchDetails }
) { arguments, program in
  let settings = try BenchSettings(arguments)
  var sitting = Sitting(threads: settings.threads)
  if sitting.threads > sitting.cores {
    program.errors("\(sitting.threads.counted("thread")) on \(sitting.cores.counted("core"))")
  }
  let (workload, windows) = (settings.workload, settings.windows)
  let result: any BenchResult =
    switch settings.subject {
    case .gemm where settings.timesKernel: KernelBenchmark.measure(windows: windows, in: &sitting)
    case .gemm: GEMMBenchmark.measure(workload, windows: windows, in: &sitting)
    case .attention: AttentionBenchmark.measure(workload, windows: windows, in: &sitting)
    case .step:
      try StepBenchmark.measure(
        workload, steps: settings.steps, windows: windows, profiles: settings.profiles, in: &sitting)
    case .all:
      try AllBenchmarks.measure(
        workload, steps: settings.steps, windows: windows, profiles: settings.profiles, in: &sitting)
    }
  program.errors(([sitting.peak.text] + result.tables.map(\.plain)).joined(separator: "\n\n"))
  for warning in sitting.peak.warnings { program.errors(warning) }
  program.output(try json(result))
  return ExitCode.done
}

/// The options of `bench`; not every subject heeds all of them.
let benchOptions: [Command.Option] = {
  let (workload, steps, windows) = BenchSettings.standard
  func choice<Choice: CaseIterable & RawRepresentable<String>>(_ summary: String, _ standard: Choice) -> String {
    "\(summary): \(alternatives(Array(Choice.allCases))); \(standard.rawValue) by default"
  }
  return [
    .init(name: "--threads", value: "N", summary: "threads; by default as many as there are cores"),
    .init(name: "--preset", value: "NAME", summary: choice("the model's size", workload.preset)),
    .init(name: "--batch", value: "N", summary: "sequences a step; \(workload.batchSize) by default"),
    .init(name: "--length", value: "N", summary: "tokens a sequence; \(workload.sequenceLength) by default"),
    .init(
      name: "--vocabulary", value: "N", summary: "tokens in the vocabulary; \(workload.vocabularySize) by default"),
    .init(name: "--position", value: "NAME", summary: choice("how positions are encoded", workload.position)),
    .init(name: "--steps", value: "N", summary: "steps in a window; \(steps) by default"),
    .init(name: "--windows", value: "N", summary: "timed windows; the median counts; \(windows) by default"),
    .init(name: "--profile", summary: "the share of a step that each part takes, too"),
    .init(
      name: "--kernel",
      summary: "of gemm: not the products but the loop inside them, A packed and in place, from caches and memory"),
  ]
}()

/// What each subject is and heeds.
private var benchDetails: String {
  let subjects = BenchSettings.Subject.allCases
  let width = subjects.map(\.rawValue.count).max() ?? 0
  let indent = String(repeating: " ", count: width + 4)
  let lines = subjects.map { subject in
    let name = subject.rawValue + String(repeating: " ", count: width - subject.rawValue.count)
    let ignored = benchOptions.map(\.name).filter { !subject.options.contains($0) }
    let allButFew = ignored.isEmpty ? "all options" : "all options but \(ignored.joined(separator: ", "))"
    let heeded = ignored.count < subject.options.count / 2 ? allButFew : subject.options.joined(separator: ", ")
    return "  \(name)  \(subject.summary)\n\(indent)heeds \(heeded)"
  }
  return """
    \(lines.joined(separator: "\n"))

    A window is --steps steps, a tenth of a second of attention, or a tenth of a second of each product, or of each line of
    --kernel, in turns. The best calls are the 95th of a hundred from the slowest on.
    With --kernel, A comes from where the line says, and the micro-panel of B is in a cache; it takes
    \(KernelBenchmark.memory.countText)B of memory.
    The position encoding of bench attention is \(alternatives(BenchSettings.Subject.attention.positions)): the others \
    are added to the embeddings before it.
    The peak is what the threads' cores reach on registers alone, the largest of samples before, between and after all
    windows. JSON goes to standard output (of all: one object with step, gemm and attention), a table to standard error.
    """
}

private func json(_ result: any Encodable) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
  return String(decoding: try encoder.encode(result), as: UTF8.self)
}
