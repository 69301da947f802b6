import Benchmarks
import Encoders
import Experiments
import Foundation
import Platform
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
  let threads =
    try arguments.integer("--threads", in: 1...ThreadPool.maximumThreadCount) ?? ThreadPool.shared.threadCount
  switch arguments.operands[0] {
  case "gemm": program.output(try json(benchProducts(threads: threads, program)))
  case "attention": program.output(try json(benchAttention(arguments, threads: threads, program)))
  case "step": program.output(try json(benchStep(arguments, threads: threads, program)))
  case "all":
    // Everything is timed before anything is printed on standard output: one object.
    let all = AllBenchmarks(
      gemm: benchProducts(threads: threads, program),
      attention: try benchAttention(arguments, threads: threads, program),
      step: try benchStep(arguments, threads: threads, program))
    program.output(try json(all))
  case let other:
    throw InputError(
      at: "bench", "nothing called \"\(other)\" to time", expected: "gemm, attention, step or all")
  }
  return ExitCode.done
}

/// What `bench all` prints.
private struct AllBenchmarks: Encodable {
  let gemm: GEMMBenchmark
  let attention: AttentionBenchmark
  let step: StepBenchmark
}

private func benchProducts(threads: Int, _ program: Program) -> GEMMBenchmark {
  let result = GEMMBenchmark.measure(threads: threads)
  program.errors("peak \(Int(result.peakGFLOPS)) GFLOP/s on \(threads.counted("thread"))")
  for product in result.products {
    let sides = "A\(product.transposesA ? "ᵀ" : " ")·B\(product.transposesB ? "ᵀ" : " ")"
    program.errors(
      "\(sides)  \(product.m) × \(product.n) × \(product.k): \(Int(product.gflops)) GFLOP/s, "
        + "\(percent(product.gflops, of: result.peakGFLOPS)) of peak")
  }
  return result
}

private func benchAttention(_ arguments: Arguments, threads: Int, _ program: Program) throws -> AttentionBenchmark {
  let length = try sequenceLength(arguments)
  let encoder = try encoder(arguments, length: length)
  let result = AttentionBenchmark.measure(
    batch: try batchSize(arguments), time: length, heads: encoder.headCount, headDim: encoder.headDim,
    rotates: encoder.position.name == "rotary", threads: threads)
  program.errors(
    "attention: \(Int(result.tokensPerSecond)) tokens/s, \(Int(result.modelGFLOPS)) of \(Int(result.peakGFLOPS)) "
      + "GFLOP/s (\(percent(result.modelGFLOPS, of: result.peakGFLOPS))); "
      + "\(percent(result.forwardShare, of: 1)) of the time forward")
  return result
}

private func benchStep(_ arguments: Arguments, threads: Int, _ program: Program) throws -> StepBenchmark {
  let length = try sequenceLength(arguments)
  let result = try StepBenchmark.measure(
    encoder: try encoder(arguments, length: length), batchSize: try batchSize(arguments), sequenceLength: length,
    threads: threads, steps: try arguments.integer("--steps", in: 1...1_000_000) ?? 8,
    windows: try arguments.integer("--windows", in: 1...1000) ?? 5, profiles: arguments.has("--profile"))
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

private func sequenceLength(_ arguments: Arguments) throws -> Int {
  try arguments.integer("--length", in: 2...1_000_000) ?? 128
}

private func batchSize(_ arguments: Arguments) throws -> Int {
  try arguments.integer("--batch", in: 1...100_000) ?? 32
}

private func percent(_ part: Double, of whole: Double) -> String { "\(Int((100 * part / whole).rounded())) %" }

private func json(_ result: some Encodable) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
  return String(decoding: try encoder.encode(result), as: UTF8.self)
}

/// The model that the options of `bench step` describe.
private func encoder(_ arguments: Arguments, length: Int) throws -> EncoderConfiguration {
  let presets = EncoderConfiguration.Preset.allCases.map(\.rawValue)
  let preset = arguments.value("--preset") ?? "tiny"
  guard let sizes = EncoderConfiguration.Preset(rawValue: preset)?.sizes else {
    throw InputError(at: "--preset", "\"\(preset)\"", expected: presets.joined(separator: ", "))
  }
  let position: PositionEncoding
  switch arguments.value("--position") ?? "rotary" {
  case "none": position = .none
  case "sinusoidal": position = .sinusoidal(.plain)
  case "learned": position = .learned(positionCount: length)
  case "rotary": position = .rotary(.init())
  case let other:
    throw InputError(at: "--position", "\"\(other)\"", expected: "none, sinusoidal, learned or rotary")
  }
  let encoder = EncoderConfiguration(
    vocabularySize: try arguments.integer("--vocabulary", in: 6...10_000_000) ?? 8192, layerCount: sizes.layerCount,
    hiddenSize: sizes.hiddenSize, headCount: sizes.headCount, position: position)
  let (need, memory) = (
    encoder.leastTrainingMemory(batchSize: try batchSize(arguments), sequenceLength: length),
    Double(ProcessInfo.processInfo.physicalMemory)
  )
  guard need <= memory else {
    throw InputError(
      at: "bench", "needs more than \(need.countText)B of memory",
      expected: "at most this machine's \(memory.countText)B: a smaller batch, length, vocabulary or preset")
  }
  return encoder
}
