import Foundation
import Platform
import Reports
import TestSupport
import Testing

@testable import Experiments

/// `roformer report` makes every published report again from its curves, byte for byte.
struct PublishedResultsTests {
  /// The published folders that hold an experiment.
  private static var folders: [String] {
    let root = PackageFile.path("results/published")
    let paths = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
    return paths.filter { $0.hasSuffix("/experiment.json") && !$0.contains("/runs/") }
      .map { String($0.dropLast("/experiment.json".count)) }.sorted()
  }

  @Test func thereAreSome() {
    #expect(Self.folders.contains("quickstart") && Self.folders.contains("controls"))
  }

  @Test(arguments: folders)
  func reportsAreMadeAgain(name: String) throws {
    let folder = try TemporaryFolder()
    let copy = folder.path + "/copy"
    let original = PackageFile.path("results/published/\(name)")
    try FileManager.default.copyItem(atPath: original, toPath: copy)
    let made = try Report.make(in: copy).files.map { ($0 as NSString).lastPathComponent }
    // The page is not kept: it is large, and says nothing that the tables do not.
    for file in made.filter({ $0 != "report.html" }) + ["curves.csv", "experiment.json"] {
      #expect(
        try Files.read("\(copy)/\(file)", as: "made again") == Files.read("\(original)/\(file)", as: "published"),
        "\(file)")
    }
    // Nothing lies there that no report makes any more.
    let kept = ["runs", "curves.csv", "experiment.json", "selection.json", "report.lock", "lock"]
    let others = try FileManager.default.contentsOfDirectory(atPath: original).filter { !made.contains($0) }
    #expect(Set(others).isSubset(of: kept), "\(others)")
  }
}
