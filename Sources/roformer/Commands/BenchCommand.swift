import Benchmarks
import Experiments
import Foundation
import Training

/// `bench`: times this machine's kernels or whole training steps.
let benchCommand = Command(
  name: "bench", summary: "Time products, attention or training steps against the machine's multiply-add peak",
  operands: ["gemm|attention|step|all"],
  options: [
    .init(name: "--threads", value: "N", summary: "threads; by default as many as there are cores"),
    .init(name: "--preset", value: "NAME", summary: "the model's size, tiny to base; tiny by default"),
    .init(name: "--batch", value: "N", summary: "sequences a step; 32 by default"),
    .init(name: "--length", value: "N", summary: "tokens a sequence; 128 by default"),
    .init(name: "--vocabulary", value: "N", summary: "step: tokens in the vocabulary; 8192 by default"),
    .init(name: "--position", value: "NAME", summary: "none, sinusoidal, learned or rotary, the default"),
    .init(name: "--steps", value: "N", summary: "step: steps in a window; 8 by default"),
    .init(name: "--windows", value: "N", summary: "step: windows, whose median counts; 5 by default"),
    .init(name: "--profile", summary: "step: the share of a step that each part takes, too"),
  ]
) { arguments, program in
  let settings = try BenchSettings(arguments)
  switch settings.subject {
  case .gemm: program.output(try json(benchProducts(settings, program)))
  case .attention: program.output(try json(benchAttention(settings, program)))
  case .step: program.output(try json(benchStep(settings, program)))
  case .all:
    // Everything is timed before anything is printed on standard output: one object.
    let all = AllBenchmarks(
      gemm: benchProducts(settings, program), attention: benchAttention(settings, program),
      step: try benchStep(settings, program))
    program.output(try json(all))
  }
  return ExitCode.done
}

/// What `bench all` prints.
private struct AllBenchmarks: Encodable {
  let gemm: GEMMBenchmark
  let attention: AttentionBenchmark
  let step: StepBenchmark
}

private func benchProducts(_ settings: BenchSettings, _ program: Program) -> GEMMBenchmark {
  let result = GEMMBenchmark.measure(threads: settings.threads)
  program.errors("peak \(Int(result.peakGFLOPS)) GFLOP/s on \(settings.threads.counted("thread"))")
  for product in result.products {
    let sides = "A\(product.transposesA ? "ᵀ" : " ")·B\(product.transposesB ? "ᵀ" : " ")"
    program.errors(
      "\(sides)  \(product.m) × \(product.n) × \(product.k): \(Int(product.gflops)) GFLOP/s, "
        + "\(percent(product.gflops, of: result.peakGFLOPS)) of peak")
  }
  return result
}

private func benchAttention(_ settings: BenchSettings, _ program: Program) -> AttentionBenchmark {
  let encoder = settings.encoder
  let result = AttentionBenchmark.measure(
    batch: settings.batchSize, time: settings.sequenceLength, heads: encoder.headCount, headDim: encoder.headDim,
    rotates: encoder.position.name == "rotary", threads: settings.threads)
  program.errors(
    "attention: \(Int(result.tokensPerSecond)) tokens/s, \(Int(result.modelGFLOPS)) of \(Int(result.peakGFLOPS)) "
      + "GFLOP/s (\(percent(result.modelGFLOPS, of: result.peakGFLOPS))); "
      + "\(percent(result.forwardShare, of: 1)) of the time forward")
  return result
}

private func benchStep(_ settings: BenchSettings, _ program: Program) throws -> StepBenchmark {
  let result = try StepBenchmark.measure(
    encoder: settings.encoder, batchSize: settings.batchSize, sequenceLength: settings.sequenceLength,
    threads: settings.threads, steps: settings.steps, windows: settings.windows, profiles: settings.profiles)
  program.errors(
    "step: \(Int(result.tokensPerSecond)) tokens/s, \(Int(result.modelGFLOPS)) of \(Int(result.peakGFLOPS)) GFLOP/s "
      + "(\(percent(result.modelGFLOPS, of: result.peakGFLOPS))), \(result.peakMemoryBytes >> 20) MiB")
  if let profile = result.profile { program.errors(table(of: profile)) }
  return result
}

private func table(of profile: [StepProfile.Row]) -> String {
  var table = TextTable(["part", "share", "ms a step"])
  for row in profile {
    table.append([
      row.part, String(format: "%.1f %%", 100 * row.share), String(format: "%.3f", 1000 * row.secondsPerStep),
    ])
  }
  return table.plain
}

private func percent(_ part: Double, of whole: Double) -> String { "\(Int((100 * part / whole).rounded())) %" }

private func json(_ result: some Encodable) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
  return String(decoding: try encoder.encode(result), as: UTF8.self)
}
