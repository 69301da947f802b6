import Checks
import Foundation
import TestSupport
import Testing

@testable import roformer

struct GradcheckCommandTests {
  /// What the program printed, and its exit code.
  private func ending(_ arguments: String...) -> (code: Int32, output: [String], errors: [String]) {
    // The closures of `Program` do not leave the call.
    final class Lines { var texts: [String] = [] }
    let (output, errors) = (Lines(), Lines())
    let program = Program(output: { output.texts.append($0) }, errors: { errors.texts.append($0) })
    let code = program.run(["gradcheck"] + arguments)
    return (code, output.texts, errors.texts)
  }

  @Test func oneSubjectRunsAloneAndFilesParse() throws {
    let folder = try TemporaryFolder()
    let (json, junit) = (folder.path + "/checks.json", folder.path + "/checks.xml")
    let run = ending("--only", "softmax", "--json", json, "--junit", junit)
    #expect(run.code == 0)
    let table = try #require(run.output.first).split(separator: "\n")
    #expect(table[0].hasPrefix("check") && table[0].contains("verdict"))
    #expect(table.dropFirst(2).allSatisfy { $0.hasPrefix("softmax") && $0.contains("passed") })
    #expect(run.output.last?.hasSuffix(": all passed") == true)
    let object = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: json)))
    let checks = try #require((object as? [String: Any])?["checks"] as? [[String: Any]])
    #expect(checks.count == table.count - 2)
    #expect(checks.allSatisfy { $0["passed"] as? Bool == true })
    #expect(try String(contentsOfFile: junit, encoding: .utf8).contains("failures=\"0\""))
  }

  @Test func checksAreListed() {
    let list = ending("--list")
    #expect(list.code == 0 && list.output.count == Check.all.count)
    #expect(list.output.contains("attention.padded (float)"))
    #expect(ending("--list", "--only", "exp.tails").output == ["exp.tails (double)", "exp.tails (float)"])
  }

  @Test func unknownNamesAndUselessOptionsAreBadUsage() {
    let unknown = ending("--only", "atention")
    #expect(unknown.code == 2)
    #expect(
      unknown.errors == [
        "roformer: atention: no such check (did you mean attention?); expected a name of gradcheck --list"
      ])
    #expect(ending("--update").code == 2)
    #expect(ending("--golden", "/no/such").errors == ["roformer: /no/such: no such file; expected a golden file"])
    #expect(ending("--golden", "--only", "atention").code == 2)
  }

  @Test func goldenGradientsAreComparedAndUpdated() throws {
    let folder = try TemporaryFolder()
    let original = try Data(contentsOf: URL(fileURLWithPath: PackageFile.path(GoldenGradients.repositoryPath)))
    let copy = try folder.file("golden.json", original)
    #expect(ending("--golden=" + copy, "--only", "exp").code == 0)
    let text = String(decoding: original, as: UTF8.self)
    let match = try #require(text.firstMatch(of: /"exp": \{\n.*"0, 0": ([-0-9.]+)/))
    _ = try folder.file("golden.json", Data(text.replacing(match.1, with: "0.125", maxReplacements: 1).utf8))
    let moved = ending("--golden", copy, "--only", "exp")
    #expect(moved.code == 1)
    #expect(moved.output.contains { $0.contains("exp (double): output, entry [0, 0]: golden 0.125, found") })
    let updated = ending("--golden", copy, "--only", "exp", "--update")
    #expect(updated.code == 0)
    #expect(updated.output.contains { $0.contains("golden 0.125") } && updated.output.last == "\(copy) written")
    #expect(ending("--golden", copy, "--only", "exp", "--update").output.last == "\(copy) is as it was")
    #expect(try Data(contentsOf: URL(fileURLWithPath: copy)) == original)
  }

  /// An option whose value may be left out does not swallow the next option.
  @Test func aValueMayBeLeftOut() throws {
    #expect(try Arguments(["--golden", "--update"], for: gradcheckCommand).has("--update"))
    #expect(try Arguments(["--golden"], for: gradcheckCommand).value("--golden") == nil)
    #expect(try Arguments(["--golden", "a"], for: gradcheckCommand).value("--golden") == "a")
    #expect(try Arguments(["--golden=a"], for: gradcheckCommand).value("--golden") == "a")
    #expect(throws: (any Error).self) { try Arguments(["--golden="], for: gradcheckCommand) }
    #expect(gradcheckCommand.usage.contains("[--golden [FILE]]"))
  }
}
