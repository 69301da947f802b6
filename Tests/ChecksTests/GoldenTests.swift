import Foundation
import Platform
import TestSupport
import Testing

@testable import Checks

struct GoldenTests {
  private let path = PackageFile.path(GoldenGradients.repositoryPath)

  /// Today's gradients are those last agreed; after a wanted change: `roformer gradcheck --golden --update`.
  @Test func nothingMoved() throws {
    let golden = try GoldenGradients(path: path)
    #expect(golden.passed, "\(golden.differences.prefix(5))")
    #expect(golden.results.count == 2 * CheckedFunction<Double>.all.count)
    #expect(golden.results.allSatisfy { $0.passed })
  }

  @Test func theFileIsWrittenAsItIsRead() throws {
    #expect(try GoldenFile(path: path).text == String(contentsOfFile: path, encoding: .utf8))
  }

  @Test func aChangedEntryIsNamedWithBothValues() throws {
    let folder = try TemporaryFolder()
    var file = try GoldenFile(path: path)
    let function = try #require(file.functions.firstIndex { $0.name == "attention.padded" })
    let old = file.functions[function].tensors[1].tensor.entries[2]
    file.functions[function].tensors[1].tensor.entries[2].value += 1e-9
    let copy = try folder.file("golden.json", Data(file.text.utf8))
    var golden = try GoldenGradients(path: copy, only: "attention")
    #expect(!golden.passed)
    #expect(golden.differences.count == 1)
    let difference = try #require(golden.differences.first)
    let start =
      "attention.padded (double): gradient of input 0, entry \(old.position): golden \(old.value + 1e-9), found "
    #expect(difference.hasPrefix(start))
    let found = try #require(Double(difference.dropFirst(start.count).prefix { $0 != "," }))
    #expect(abs(found - old.value) < 1e-12)
    let failed = golden.results.filter { !$0.passed }
    #expect(failed.map(\.name) == ["attention.padded"] && failed.map(\.precision) == [.double])
    // Updating restores the value and leaves every other line as it was.
    try golden.update()
    golden = try GoldenGradients(path: copy)
    #expect(golden.passed)
    let lines = try String(contentsOfFile: copy, encoding: .utf8).split(separator: "\n")
    let original = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    #expect(zip(lines, original).count { $0 != $1 } <= 1 && lines.count == original.count)
  }

  /// A gradient that moved in `Float` alone is seen, within another tolerance.
  @Test func precisionsHaveTolerancesOfTheirOwn() throws {
    let tensor = GoldenTensor([1, 2, 2], shape: [3], floor: 0, count: 16)
    #expect(tensor.norm == 3 && tensor.sum == 5)
    #expect(tensor.tolerances[.double] == 2.1e-14 && tensor.tolerances[.float] == 1.1e-5)
    let near = [1 + 1e-6, 2, 2]
    #expect(
      tensor.comparisons(with: near, shape: [3], .double).filter(\.hasMoved).map(\.quantity).contains("entry [0]"))
    #expect(!tensor.comparisons(with: near, shape: [3], .float).contains { $0.hasMoved })
    #expect(tensor.comparisons(with: [1, .nan, 2], shape: [3], .float).contains { $0.hasMoved })
    #expect(tensor.comparisons(with: [1, 2, 2, 0], shape: [4], .float).contains { $0.hasMoved })
  }

  @Test func whatCameAndWentIsNamed() throws {
    let folder = try TemporaryFolder()
    var file = try GoldenFile(path: path)
    let gone = file.functions.remove(at: 3)
    file.functions[0].name = "no.such"
    let copy = try folder.file("golden.json", Data(file.text.utf8))
    let golden = try GoldenGradients(path: copy)
    #expect(golden.differences.contains("\(gone.name) is not in \(copy)"))
    #expect(golden.differences.contains("no.such is in \(copy), but is no check any more"))
    try golden.update()
    #expect(try GoldenGradients(path: copy).passed)
    #expect(try GoldenFile(path: copy) == GoldenFile(path: path))
  }

  @Test func aNewFileIsMade() throws {
    let folder = try TemporaryFolder()
    let new = folder.path + "/new.json"
    #expect(throws: InputError(at: new, "no such file", expected: "a golden file")) { try GoldenGradients(path: new) }
    try GoldenGradients(path: new, only: "exp", isNew: true).update()
    let file = try GoldenFile(path: new)
    #expect(file.functions.map(\.name) == ["exp", "exp.tails"])
  }

  @Test(arguments: [
    ("\"norm\": 4.15800728933048", "\"norm\": \"x\"", "norm of d input 0"),
    ("\"0, 1\": 1.49713373184204", "\"0, 5\": 1.5", "entries of d input 0"),
    ("\"shape\": [3, 5], \"norm\": 4.15", "\"shape\": [3.5, 5], \"norm\": 4.15", "shape of d input 0"),
    ("\"tolerance\": {\"double\": ", "\"tolerance\": {\"double\": -", "tolerance of output"),
    ("\"functions\"", "\"function\"", "has no functions"), ("{", "", "not JSON"),
  ])
  func whatIsNoGoldenFileIsNamedWithItsLine(old: String, new: String, problem: String) throws {
    let folder = try TemporaryFolder()
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.contains(old))
    let broken = try folder.file("golden.json", Data(text.replacing(old, with: new, maxReplacements: 1).utf8))
    let error = performing { _ = try GoldenGradients(path: broken) }
    #expect(error.contains(problem) && error.contains(broken), "\(error)")
    #expect(!error.contains("\n"))
  }
}
