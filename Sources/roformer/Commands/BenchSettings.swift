import Formats
import Benchmarks
import Models
import Experiments
import Foundation
import Platform
import Text

/// What is to be timed: the words of `bench`, all checked before anything is timed.
struct BenchSettings {
  /// What `bench` can time.
  enum Subject: String, CaseIterable {
    case gemm, attention, step, all

    /// What it is, for the help.
    var summary: String {
      switch self {
      case .gemm: "the products of a step of the model, each pass by itself, and 1024³"
      case .attention: "the attention of one layer, forward and backward"
      case .step: "whole training steps: batch, forward, backward, clip, AdamW"
      case .all: "step, gemm and attention, in this order, against one peak"
      }
    }

    /// The options that make a difference.
    var options: [String] {
      switch self {
      case .gemm: ["--threads", "--preset", "--batch", "--length", "--vocabulary", "--windows", "--kernel"]
      case .attention: ["--threads", "--preset", "--batch", "--length", "--position", "--windows"]
      case .step, .all: benchOptions.map(\.name).filter { $0 != "--kernel" }
      }
    }

    /// The least memory that it takes, in bytes.
    func memory(_ workload: Workload) -> Double {
      switch self {
      case .gemm: GEMMBenchmark.memory(workload)
      case .attention: AttentionBenchmark.memory(workload)
      case .step: StepBenchmark.memory(workload)
      case .all: AllBenchmarks.memory(workload)
      }
    }

    /// The position encodings that make a difference: those that are added to the embeddings leave attention as it is.
    var positions: [PositionFamily] {
      PositionFamily.allCases.filter { self != .attention || !Workload(position: $0).encoder.addsPositions }
    }
  }

  /// The options that say what model is timed.
  private static let workloadOptions = ["--preset", "--batch", "--length", "--vocabulary"]

  /// What holds where an option is not given.
  static let standard = (workload: Workload(), steps: 8, windows: 5)

  let subject: Subject
  let threads: Int
  /// The model that is timed, and its batches.
  let workload: Workload
  let steps: Int
  let windows: Int
  let profiles: Bool
  /// Whether the loop inside the products is timed, and not they.
  let timesKernel: Bool

  /// - Throws: `InputError` for a subject or value that there is not, an option that the subject does not heed, or what
  ///   cannot fit into memory.
  init(_ arguments: Arguments) throws {
    let subject = try Self.choice(
      arguments.operands[0], of: Subject.allCases, at: "bench", fault: { "nothing called \($0) to time" })
    if let option = benchOptions.map(\.name).first(where: { arguments.has($0) && !subject.options.contains($0) }) {
      throw InputError(at: option, "has no effect on bench \(subject.rawValue)")
    }
    timesKernel = arguments.has("--kernel")
    if timesKernel, let option = Self.workloadOptions.first(where: arguments.has) {
      throw InputError(at: option, "has no effect on bench gemm --kernel")
    }
    self.subject = subject
    threads =
      try arguments.integer("--threads", in: 1...ThreadPool.maximumThreadCount) ?? ThreadPool.shared.threadCount
    steps = try arguments.integer("--steps", in: 1...1_000_000) ?? Self.standard.steps
    windows = try arguments.integer("--windows", in: 1...1000) ?? Self.standard.windows
    profiles = arguments.has("--profile")
    workload = try Self.workload(arguments, for: subject)
    try checkFits()
  }

  private static func workload(_ arguments: Arguments, for subject: Subject) throws -> Workload {
    var workload = standard.workload
    if let size = try arguments.integer("--batch", in: 1...100_000) { workload.batchSize = size }
    if let length = try arguments.integer("--length", in: 3...1_000_000) { workload.sequenceLength = length }
    let vocabularySizes = Vocabulary.specialTokens.count + 1...10_000_000
    if let size = try arguments.integer("--vocabulary", in: vocabularySizes) { workload.vocabularySize = size }
    if let name = arguments.value("--preset") {
      workload.preset = try choice(name, of: EncoderConfiguration.Preset.allCases, at: "--preset")
    }
    if let name = arguments.value("--position") {
      workload.position = try choice(name, of: subject.positions, at: "--position")
    }
    return workload
  }

  /// The case that a word names.
  private static func choice<Choice: RawRepresentable<String>>(
    _ word: String, of choices: [Choice], at place: String, fault: (String) -> String = { $0 }
  ) throws -> Choice {
    guard let choice = choices.first(where: { $0.rawValue == word }) else {
      throw InputError(at: place, fault(word.quoted), expected: alternatives(choices))
    }
    return choice
  }

  private func checkFits() throws {
    let need = timesKernel ? KernelBenchmark.memory : subject.memory(workload)
    let memory = Double(ProcessInfo.processInfo.physicalMemory)
    guard need <= memory else {
      guard !timesKernel else {
        throw InputError(
          at: "bench gemm --kernel", "needs more than \(need.countText)B of memory",
          expected: "at most this machine's \(memory.countText)B")
      }
      let sizes = ["batch", "length", "vocabulary", "preset"].filter { subject.options.contains("--\($0)") }
      throw InputError(
        at: "bench", "needs more than \(need.countText)B of memory",
        expected: "at most this machine's \(memory.countText)B: a smaller \(alternatives(sizes))")
    }
  }
}

/// The names of an enumeration's cases: `tiny, mini or small`.
func alternatives(_ choices: [some RawRepresentable<String>]) -> String {
  alternatives(choices.map(\.rawValue))
}

/// Words of which one is to be taken.
private func alternatives(_ words: [String]) -> String {
  (words.dropLast(2) + [words.suffix(2).joined(separator: " or ")]).joined(separator: ", ")
}
