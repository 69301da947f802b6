import Foundation
import Platform
import TestSupport
import Testing

@testable import roformer

/// Serialized, since benchmarks change how many threads the shared pool has.
@Suite(.serialized)
struct BenchCommandTests {
  private let tiny = ["--threads", "1", "--preset", "tiny", "--batch", "2", "--length", "16", "--windows", "1"]

  private func bench(_ subject: String, _ options: String...) throws -> (json: [String: Any], tables: [[Substring]]) {
    let ending = Ending(["bench", subject] + tiny + options)
    #expect(ending.code == 0, "\(ending.errors)")
    let json = try #require(try JSONSerialization.jsonObject(with: Data(ending.output.utf8)) as? [String: Any])
    // The peak is said before the tables; behind them, if it varied.
    #expect(ending.errors.hasPrefix("peak ") && ending.errors.contains(" GFLOP/s on 1 thread\n\n"))
    let text = ending.errors.split(separator: "\n", omittingEmptySubsequences: false).filter {
      !$0.hasPrefix("peak ")
    }
    return (json, text.split(separator: "").map(Array.init))
  }

  /// Nothing is timed before everything is known to make sense.
  @Test(arguments: [
    (["foo"], #"bench: nothing called "foo" to time; expected gemm, attention, step or all"#),
    (["gemm", "--position", "none"], "--position: has no effect on bench gemm"),
    (["attention", "--profile"], "--profile: has no effect on bench attention"),
    (["step", "--kernel"], "--kernel: has no effect on bench step"),
    (["gemm", "--kernel", "--preset", "tiny"], "--preset: has no effect on bench gemm --kernel"),
    (["attention", "--vocabulary", "50"], "--vocabulary: has no effect on bench attention"),
    (
      ["attention", "--position", "sinusoidal"],
      #"--position: "sinusoidal"; expected none, rotary, alibi, relative or untied"#
    ),
    (["all", "--steps", "0"], #"--steps: "0"; expected a whole number from 1 to 1000000"#),
    (["gemm", "--preset", "huge"], #"--preset: "huge"; expected tiny, mini, small, medium or base"#),
    (["step", "--length", "2"], #"--length: "2"; expected a whole number from 3 to 1000000"#),
    (["step", "--vocabulary", "5"], #"--vocabulary: "5"; expected a whole number from 6 to 10000000"#),
    (
      ["step", "--position", "x\"y"],
      #"--position: "x\"y"; expected none, sinusoidal, learned, rotary, alibi, relative or untied"#
    ),
    (["step", "--batch", "100000", "--length", "1000000"], "bench: needs more than"),
    (["gemm", "--batch", "100000", "--length", "1000000"], "bench: needs more than"),
    (["attention", "--batch", "100000", "--length", "1000000"], "bench: needs more than"),
  ])
  func badUsageIsOneLineAndExitCodeTwo(words: [String], start: String) {
    let ending = Ending(["bench"] + words)
    #expect(ending.code == 2 && ending.output.isEmpty)
    #expect(ending.errors.hasPrefix("roformer: " + start) && !ending.errors.contains("\n"), "\(ending.errors)")
  }

  @Test func helpSaysWhatEachSubjectHeeds() {
    let help = Ending("help", "bench").output
    for text in [
      "gemm|attention|step|all", "the model's size: tiny, mini, small, medium or base; mini by default",
      "how positions are encoded: none, sinusoidal, learned, rotary, alibi, relative or untied; rotary by default",
      "heeds --threads, --preset, --batch, --length, --vocabulary, --windows, --kernel\n",
      "heeds all options but --kernel\n", "bench attention is none, rotary, alibi, relative or untied",
    ] { #expect(help.contains(text), "\(text) is not in:\n\(help)") }
  }

  @Test func stepsAreATableOfOneLine() throws {
    for position in ["none", "sinusoidal", "learned", "rotary", "alibi", "relative", "untied"] {
      let (json, tables) = try bench("step", "--vocabulary", "50", "--steps", "1", "--position", position)
      #expect(json["position"] as? String == position && json["profile"] == nil)
      #expect(tables.count == 1 && tables[0].count == 3, "\(tables)")
      let speed = try #require(json["tokens_per_second"] as? Double)
      #expect(tables[0][2].hasPrefix("tiny, 2 × 16, \(position)  "))
      #expect(tables[0][2].contains(" \(Int(speed.rounded())) "))
    }
  }

  @Test func aProfileHasALineAPart() throws {
    let (json, tables) = try bench("step", "--vocabulary", "50", "--steps", "1", "--profile")
    let rows = try #require(json["profile"] as? [[String: Any]])
    let lines = try #require(tables.count == 2 ? tables[1] : nil, "\(tables)")
    #expect(lines[0].hasPrefix("part ") && lines[0].hasSuffix("share  ms a step  forward  backward"))
    // The table has the same parts in the same order, small ones left out, and the rest at its end.
    let large = rows.filter { ($0["share"] as? Double ?? 0) >= 0.001 }.compactMap { $0["part"] as? String }
    let parts = large.filter { $0 != "the rest" } + ["the rest"]
    #expect(lines.count == 2 + parts.count)
    for (line, part) in zip(lines.dropFirst(2), parts) { #expect(line.hasPrefix(part + "  ")) }
    #expect(Set(lines.map(\.count)).count == 1, "the columns are not aligned")
  }

  @Test func productsAreALineEach() throws {
    let (json, tables) = try bench("gemm", "--vocabulary", "50")
    let labels = try #require(json["products"] as? [[String: Any]]).compactMap { $0["label"] as? String }
    let lines = try #require(tables.count == 1 ? tables[0] : nil, "\(tables)")
    #expect(lines.count == 2 + labels.count && labels.count == 22)
    for (line, label) in zip(lines.dropFirst(2), labels) { #expect(line.hasPrefix(label + "  ")) }
    #expect(lines.last?.contains("Aᵀ·B") == true && lines.last?.contains(" 50 × 128 × 4 ") == true)
  }

  @Test func theKernelHasALineForEachLayoutAndPlace() throws {
    let ending = Ending(["bench", "gemm", "--kernel", "--threads", "1", "--windows", "1"])
    #expect(ending.code == 0, "\(ending.errors)")
    let json = try #require(try JSONSerialization.jsonObject(with: Data(ending.output.utf8)) as? [String: Any])
    let rows = try #require(json["kernels"] as? [[String: Any]])
    #expect(json["preset"] == nil && rows.count == 9)
    for layout in ["packed", "in place", "in place, 4 KiB apart"] {
      for place in ["first-level cache", "second-level cache", "memory"] {
        let row = rows.first { $0["layout_of_a"] as? String == layout && $0["a_from"] as? String == place }
        #expect(try #require(row?["gflops_p95"] as? Double) > 0)
        let line = ending.errors.split(separator: "\n").first {
          $0.hasPrefix("\(layout) ") && $0.contains(" \(place) ")
        }
        #expect(line != nil, "\(ending.errors)")
      }
    }
  }

  @Test func attentionIsALine() throws {
    let (json, tables) = try bench("attention", "--position", "none")
    #expect(tables.count == 1 && tables[0].count == 3 && tables[0][2].hasPrefix("tiny, 2 × 16, none  "))
    #expect(json["position"] as? String == "none" && json["forward_share"] != nil)
  }

  @Test func allIsOneObjectAndThreeTables() throws {
    let (json, tables) = try bench("all", "--vocabulary", "50", "--steps", "1")
    #expect(Set(json.keys) == ["step", "gemm", "attention"])
    #expect(tables.map { String($0[0].prefix { $0 != " " }) } == ["step", "product", "attention"])
  }

  @Test func moreThreadsThanCoresAreSaid() {
    let cores = ThreadPool.coreCount
    let ending = Ending(
      ["bench", "attention", "--preset", "tiny", "--batch", "1", "--length", "3", "--windows", "1", "--threads"]
        + ["\(cores + 1)"])
    #expect(ending.code == 0)
    #expect(ending.errors.hasPrefix("\((cores + 1).counted("thread")) on \(cores.counted("core"))\n"))
  }

  // MARK: - In a process of its own

  /// The memory that `bench all` gives its step is the step's: that of a process which does nothing else.
  @Test(.enabled(if: BuiltProgram.exists)) func productsDoNotCountIntoTheMemoryOfSteps() throws {
    func memory(_ subject: String, _ path: (Any) -> Any?) throws -> Int {
      let (process, output) = try BuiltProgram.start(
        "bench", subject, "--threads", "1", "--preset", "tiny", "--batch", "2", "--length", "16", "--vocabulary", "50",
        "--steps", "1", "--windows", "1")
      let data = try output.fileHandleForReading.readToEnd() ?? Data()
      process.waitUntilExit()
      let step = try #require(path(try JSONSerialization.jsonObject(with: data)) as? [String: Any])
      return try #require(step["peak_memory_bytes"] as? Int)
    }
    let alone = try memory("step") { $0 }
    let among = try memory("all") { ($0 as? [String: Any])?["step"] }
    // The operands of 1024³ are 12 MiB.
    #expect(among < alone + 6 << 20, "\(among) bytes, \(alone) alone")
  }

  /// There is nothing to resume, so the signal ends it as it ends any program.
  @Test(.enabled(if: BuiltProgram.exists), arguments: [SIGINT, SIGTERM]) func aSignalEndsIt(number: Int32) throws {
    let (process, output) = try BuiltProgram.start(
      "bench", "step", "--preset", "tiny", "--batch", "2", "--length", "16", "--vocabulary", "50", "--steps", "1000000")
    Thread.sleep(forTimeInterval: 0.5)
    #expect(process.isRunning)
    kill(process.processIdentifier, number)
    process.waitUntilExit()
    #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == number)
    #expect(try output.fileHandleForReading.readToEnd()?.isEmpty ?? true)
  }
}
