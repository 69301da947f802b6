import Encoders
import Experiments
import Foundation
import Platform

/// What is to be timed: the words of `bench`, all checked before anything is timed.
struct BenchSettings {
  /// What `bench` can time.
  enum Subject: String, CaseIterable {
    case gemm, attention, step, all

    /// The options, besides `--threads`, that make a difference.
    fileprivate var options: [String] {
      let shape = ["--preset", "--batch", "--length", "--position"]
      return switch self {
      case .gemm: []
      case .attention: shape
      case .step, .all: shape + ["--vocabulary", "--steps", "--windows", "--profile"]
      }
    }
  }

  let subject: Subject
  let threads: Int
  /// The model whose attention or steps are timed.
  let encoder: EncoderConfiguration
  let batchSize: Int
  let sequenceLength: Int
  let steps: Int
  let windows: Int
  let profiles: Bool

  /// - Throws: `InputError` for a subject or value that there is not, an option that the subject does not heed, or what
  ///   cannot fit into memory.
  init(_ arguments: Arguments) throws {
    let word = arguments.operands[0]
    guard let subject = Subject(rawValue: word) else {
      throw InputError(
        at: "bench", "nothing called \(JSONValue.quoted(word)) to time", expected: "gemm, attention, step or all")
    }
    let idle = Subject.all.options.filter { !subject.options.contains($0) }
    if let option = idle.first(where: arguments.has) {
      throw InputError(at: option, "has no effect on bench \(word)")
    }
    self.subject = subject
    threads =
      try arguments.integer("--threads", in: 1...ThreadPool.maximumThreadCount) ?? ThreadPool.shared.threadCount
    batchSize = try arguments.integer("--batch", in: 1...100_000) ?? 32
    sequenceLength = try arguments.integer("--length", in: 3...1_000_000) ?? 128
    steps = try arguments.integer("--steps", in: 1...1_000_000) ?? 8
    windows = try arguments.integer("--windows", in: 1...1000) ?? 5
    profiles = arguments.has("--profile")
    encoder = try Self.encoder(arguments, length: sequenceLength)
    try checkFits()
  }

  private static func encoder(_ arguments: Arguments, length: Int) throws -> EncoderConfiguration {
    let presets = EncoderConfiguration.Preset.allCases.map(\.rawValue)
    let preset = arguments.value("--preset") ?? "tiny"
    guard let sizes = EncoderConfiguration.Preset(rawValue: preset)?.sizes else {
      throw InputError(at: "--preset", JSONValue.quoted(preset), expected: presets.joined(separator: ", "))
    }
    let position: PositionEncoding
    switch arguments.value("--position") ?? "rotary" {
    case "none": position = .none
    case "sinusoidal": position = .sinusoidal(.plain)
    case "learned": position = .learned(positionCount: length)
    case "rotary": position = .rotary(.init())
    case let other:
      throw InputError(at: "--position", JSONValue.quoted(other), expected: "none, sinusoidal, learned or rotary")
    }
    return EncoderConfiguration(
      vocabularySize: try arguments.integer("--vocabulary", in: 6...10_000_000) ?? 8192, layerCount: sizes.layerCount,
      hiddenSize: sizes.hiddenSize, headCount: sizes.headCount, position: position)
  }

  private func checkFits() throws {
    let need = encoder.leastTrainingMemory(batchSize: batchSize, sequenceLength: sequenceLength)
    let memory = Double(ProcessInfo.processInfo.physicalMemory)
    guard need <= memory else {
      throw InputError(
        at: "bench", "needs more than \(need.countText)B of memory",
        expected: "at most this machine's \(memory.countText)B: a smaller batch, length, vocabulary or preset")
    }
  }
}
