import Foundation
import Platform
import TestSupport
import Testing

@testable import roformer

/// Which folders `report` puts side by side, and what it says of those that it does not.
struct ReportCommandTests {
  private static let published = PackageFile.path("results/published/quickstart")

  /// One folder in many spellings is one experiment: nothing is compared, nothing written.
  @Test func aFolderIsComparedWithNoneOfItsOwnNames() throws {
    let folder = try TemporaryFolder()
    let (first, link, out) = (folder.path + "/a", folder.path + "/link", folder.path + "/out")
    try FileManager.default.copyItem(atPath: Self.published, toPath: first)
    try FileManager.default.copyItem(atPath: Self.published, toPath: folder.path + "/b")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: first)
    for other in [first, first + "/", first + "//.", folder.path + "/b/../a", link] {
      let ending = Ending("report", first, other, "--out", out)
      let how = other == first ? "is named twice" : "is the same folder as \(first)"
      #expect(ending.code == 2 && ending.output == "")
      #expect(ending.errors == "roformer: \(other): \(how); expected the folders of different experiments")
    }
    #expect(Ending("report", first, folder.path + "/b", link, "--out", out).code == 2)
    #expect(!Files.exists(out))
    #expect(Ending("report", first, folder.path + "/b", "--out", out).code == 0)
    #expect(Files.exists(out + "/comparison.csv"))
  }

  @Test func whatIsNotThereIsSaidWithWhatWasExpected() throws {
    let folder = try TemporaryFolder()
    let (first, none) = (folder.path + "/a", folder.path + "/none")
    try FileManager.default.copyItem(atPath: Self.published, toPath: first)
    let ending = Ending("report", first, none)
    #expect(ending.code == 2 && ending.output == "")
    #expect(
      ending.errors
        == "roformer: \(none): no such file or folder; expected EXPERIMENT.json, or the folder of an experiment "
        + "to compare with \(first)")
    for words in [[none, first], [first, none, first + "/runs"], [first, first + "/runs", none]] {
      let ending = Ending(["report"] + words + ["--out", folder.path + "/out"])
      #expect(ending.code == 2 && ending.errors.split(separator: "\n").count == 1, "\(ending.errors)")
      #expect(ending.errors.contains("; expected "), "\(ending.errors)")
    }
    #expect(!Files.exists(folder.path + "/out"))
  }
}
