import Checks
import Foundation
import TestSupport
import Testing

@testable import roformer

struct GradcheckCommandTests {
  @Test func oneSubjectRunsAloneAndFilesParse() throws {
    let folder = try TemporaryFolder()
    let (json, junit) = (folder.path + "/checks.json", folder.path + "/checks.xml")
    let run = Ending("gradcheck", "--only", "softmax", "--json", json, "--junit", junit)
    #expect(run.code == 0)
    let table = try #require(run.output.split(separator: "\n\n").first).split(separator: "\n")
    #expect(table[0].hasPrefix("check") && table[0].contains("verdict"))
    #expect(table.dropFirst(2).allSatisfy { $0.hasPrefix("softmax") && $0.contains("passed") })
    #expect(run.output.hasSuffix(": all passed"))
    let object = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: json)))
    let checks = try #require((object as? [String: Any])?["checks"] as? [[String: Any]])
    #expect(checks.count == table.count - 2)
    #expect(checks.allSatisfy { $0["passed"] as? Bool == true })
    #expect(try String(contentsOfFile: junit, encoding: .utf8).contains("failures=\"0\""))
  }

  @Test func checksAreListed() {
    let list = Ending("gradcheck", "--list")
    #expect(list.code == 0 && list.output.split(separator: "\n").count == Check.all.count)
    #expect(list.output.contains("attention.padded (float)"))
    #expect(Ending("gradcheck", "--list", "--only", "exp.tails").output == "exp.tails (double)\nexp.tails (float)")
  }

  @Test func unknownNamesAndUselessOptionsAreBadUsage() {
    let unknown = Ending("gradcheck", "--only", "atention")
    #expect(unknown.code == 2)
    #expect(
      unknown.errors
        == "roformer: atention: no such check (did you mean attention?); expected a name of gradcheck --list")
    #expect(Ending("gradcheck", "--update").code == 2)
    let missing = Ending("gradcheck", "--golden", "/no/such")
    #expect(missing.errors == "roformer: /no/such: no such file; expected a golden file")
    #expect(Ending("gradcheck", "--golden", "--only", "atention").code == 2)
  }

  /// Nothing is checked whose results would be lost: no table comes before the fault.
  @Test func filesThatCannotBeWrittenAreRefusedFirst() throws {
    let folder = try TemporaryFolder()
    let (file, lost) = (try folder.file("kept.json", Data("x".utf8)), folder.path + "/none/x")
    for (words, fault) in [
      (["--json", lost], "\(lost): cannot be written (No such file or directory)"),
      (["--json", file, "--junit", lost], "\(lost): cannot be written (No such file or directory)"),
      (["--junit", folder.path], "\(folder.path): is a folder, not a file"),
      (["--json", file + "/x"], "\(file)/x: cannot be written (Not a directory)"),
      (["--golden=" + lost, "--update"], "\(lost): cannot be written (No such file or directory)"),
    ] {
      let ending = Ending(["gradcheck", "--only", "exp"] + words)
      #expect(ending.code == 2 && ending.output.isEmpty && ending.errors == "roformer: " + fault, "\(ending)")
    }
    // Nor is anything touched by then.
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["kept.json"])
    #expect(try String(contentsOfFile: file, encoding: .utf8) == "x")
  }

  @Test func goldenGradientsAreComparedAndUpdated() throws {
    let folder = try TemporaryFolder()
    let original = try Data(contentsOf: URL(fileURLWithPath: PackageFile.path(GoldenGradients.repositoryPath)))
    let copy = try folder.file("golden.json", original)
    #expect(Ending("gradcheck", "--golden=" + copy, "--only", "exp").code == 0)
    let text = String(decoding: original, as: UTF8.self)
    let match = try #require(text.firstMatch(of: /"exp": \{\n.*"0, 0": ([-0-9.]+)/))
    _ = try folder.file("golden.json", Data(text.replacing(match.1, with: "0.125", maxReplacements: 1).utf8))
    let moved = Ending("gradcheck", "--golden", copy, "--only", "exp")
    #expect(moved.code == 1)
    #expect(moved.output.contains("exp (double): output, entry [0, 0]: golden 0.125, found"))
    let updated = Ending("gradcheck", "--golden", copy, "--only", "exp", "--update")
    #expect(updated.code == 0)
    #expect(updated.output.contains("golden 0.125") && updated.output.hasSuffix("\n\(copy) written"))
    let again = Ending("gradcheck", "--golden", copy, "--only", "exp", "--update")
    #expect(again.output.hasSuffix("\n\(copy) is as it was"))
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
