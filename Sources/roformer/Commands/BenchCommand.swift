import Benchmarks
import Encoders
import Foundation
import Platform

/// `bench`: times this machine's kernels or whole training steps.
let benchCommand = Command(
  name: "bench", summary: "Time matrix products or training steps against the machine's multiply-add peak",
  operands: ["gemm|step"],
  options: [
    .init(name: "--threads", value: "N", summary: "threads; by default as many as there are cores"),
    .init(name: "--preset", value: "NAME", summary: "step: the model's size, tiny to base; tiny by default"),
    .init(name: "--batch", value: "N", summary: "step: sequences a step; 32 by default"),
    .init(name: "--length", value: "N", summary: "step: tokens a sequence; 128 by default"),
    .init(name: "--vocabulary", value: "N", summary: "step: tokens in the vocabulary; 8192 by default"),
    .init(name: "--position", value: "NAME", summary: "step: none, sinusoidal, learned or rotary, the default"),
    .init(name: "--steps", value: "N", summary: "step: steps in a window; 8 by default"),
    .init(name: "--windows", value: "N", summary: "step: windows, whose median counts; 5 by default"),
  ]
) { arguments, program in
  let threads =
    try arguments.integer("--threads", in: 1...ThreadPool.maximumThreadCount) ?? ThreadPool.shared.threadCount
  switch arguments.operands[0] {
  case "gemm":
    let result = GEMMBenchmark.measure(threads: threads)
    program.errors("peak \(Int(result.peakGFLOPS)) GFLOP/s on \(threads) threads")
    for product in result.products {
      let sides = "A\(product.transposesA ? "ᵀ" : " ")·B\(product.transposesB ? "ᵀ" : " ")"
      program.errors(
        "\(sides)  \(product.m) × \(product.n) × \(product.k): \(Int(product.gflops)) GFLOP/s, "
          + "\(Int((100 * product.shareOfPeak).rounded())) % of peak")
    }
    program.output(try json(result))
  case "step":
    let length = try arguments.integer("--length", in: 2...1_000_000) ?? 128
    let result = try StepBenchmark.measure(
      encoder: try encoder(arguments, length: length),
      batchSize: try arguments.integer("--batch", in: 1...100_000) ?? 32,
      sequenceLength: length, threads: threads, steps: try arguments.integer("--steps", in: 1...1_000_000) ?? 8,
      windows: try arguments.integer("--windows", in: 1...1000) ?? 5)
    program.errors(
      "\(Int(result.tokensPerSecond)) tokens/s, \(Int(result.modelGFLOPS)) of \(Int(result.peakGFLOPS)) GFLOP/s, "
        + "\(result.peakMemoryBytes >> 20) MiB")
    program.output(try json(result))
  case let other:
    throw InputError(at: "bench", "nothing called \"\(other)\" to time", expected: "gemm or step")
  }
  return ExitCode.done
}

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
  return EncoderConfiguration(
    vocabularySize: try arguments.integer("--vocabulary", in: 6...10_000_000) ?? 8192, layerCount: sizes.layerCount,
    hiddenSize: sizes.hiddenSize, headCount: sizes.headCount, position: position)
}
