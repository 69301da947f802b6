import Foundation
import Platform
import Testing

/// Serialized, since benchmarks change how many threads the shared pool has.
@Suite(.serialized)
struct BenchCommandTests {
  private func step(_ options: String...) throws -> (json: [String: Any], table: String) {
    let before = ThreadPool.shared.threadCount
    defer { ThreadPool.shared.setThreadCount(before) }
    let words = ["bench", "step", "--threads", "1", "--batch", "2", "--length", "16", "--vocabulary", "50"]
    let ending = Ending(words + ["--steps", "1", "--windows", "1"] + options)
    #expect(ending.code == 0, "\(ending.errors)")
    let json = try JSONSerialization.jsonObject(with: Data(ending.output.utf8))
    return (try #require(json as? [String: Any]), ending.errors)
  }

  /// Nothing is timed before everything is known to make sense.
  @Test(arguments: [
    (["foo"], #"bench: nothing called "foo" to time; expected gemm, attention, step or all"#),
    (["gemm", "--batch", "3"], "--batch: has no effect on bench gemm"),
    (["attention", "--profile"], "--profile: has no effect on bench attention"),
    (["all", "--steps", "0"], #"--steps: "0"; expected a whole number from 1 to 1000000"#),
    (["all", "--preset", "huge"], #"--preset: "huge"; expected tiny, mini, small, medium, base"#),
    (["step", "--length", "2"], #"--length: "2"; expected a whole number from 3 to 1000000"#),
    (["step", "--position", "x\"y"], #"--position: "x\"y"; expected none, sinusoidal, learned or rotary"#),
    (["step", "--batch", "100000", "--length", "1000000"], "bench: needs more than"),
  ])
  func badUsageIsOneLineAndExitCodeTwo(words: [String], start: String) {
    let ending = Ending(["bench"] + words)
    #expect(ending.code == 2 && ending.output.isEmpty)
    #expect(ending.errors.hasPrefix("roformer: " + start) && !ending.errors.contains("\n"), "\(ending.errors)")
  }

  @Test func aProfileIsPrintedOnlyWhenAskedFor() throws {
    let plain = try step()
    #expect(plain.json["profile"] == nil && plain.json["tokens_per_second"] != nil)
    #expect(plain.table.split(separator: "\n").count == 1)

    let profiled = try step("--profile")
    let parts = try #require(profiled.json["profile"] as? [[String: Any]]).compactMap { $0["part"] as? String }
    #expect(parts.contains("clip and update"))
    let lines = profiled.table.split(separator: "\n")
    #expect(lines[1].hasPrefix("part ") && lines[1].hasSuffix("share  ms a step"))
    // The table has the same parts in the same order: the summary, two lines of heading, a line a part.
    #expect(lines.count == 3 + parts.count)
    for (line, part) in zip(lines.dropFirst(3), parts) { #expect(line.hasPrefix(part + "  ")) }
    #expect(Set(lines.dropFirst(1).map(\.count)).count == 1, "the columns are not aligned")
  }
}
