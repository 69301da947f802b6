import Foundation
import Platform
import TestSupport
import Testing

struct FilesTests {
  private func inFolder(_ body: (String) throws -> Void) throws {
    try withExtendedLifetime(TemporaryFolder()) { folder in
      try Files.makeFolder(folder.path + "/a/b")
      try body(folder.path)
    }
  }

  @Test func foldersAreMadeWithThoseAbove() throws {
    try inFolder { folder in
      #expect(Files.exists(folder + "/a/b"))
      try Files.makeFolder(folder + "/a/b")
      try Files.write("x", to: folder + "/file")
      for check in [Files.makeFolder, Files.checkMayBeFolder] {
        for path in ["/file", "/file/", "/file/c", "/file/c/d"] {
          let error = #expect(throws: InputError.self) { try check(folder + path) }
          #expect(error?.description == folder + "/file: is a file, not a folder")
        }
        try check(folder + "/a")
      }
      try Files.checkMayBeFolder(folder + "/a/new/newer")
      #expect(!Files.exists(folder + "/a/new"))
    }
  }

  /// What is checked is what `write` then does, and says.
  @Test func whetherAFileCanBeWrittenIsSaidBefore() throws {
    try inFolder { folder in
      try Files.write("old", to: folder + "/file")
      try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: "file")
      let content = try FileManager.default.subpathsOfDirectory(atPath: folder)
      for path in ["/a", "/file/x", "/none/x", "/" + String(repeating: "x", count: 300)] {
        let error = #expect(throws: InputError.self) { try Files.checkMayBeWritten(folder + path) }
        #expect(error == #expect(throws: InputError.self) { try Files.write("new", to: folder + path) })
      }
      for path in ["/new", "/file", "/link", "/a/b/new"] { try Files.checkMayBeWritten(folder + path) }
      try Files.checkMayBeWritten("/dev/null")
      #expect(try FileManager.default.subpathsOfDirectory(atPath: folder) == content)
      #expect(try Files.readText(folder + "/link", as: "text") == "old")
    }
  }

  @Test func readingSaysWhatIsWrong() throws {
    try inFolder { folder in
      #expect(throws: InputError.self) { try Files.read(folder + "/none", as: "corpus") }
      #expect(throws: InputError.self) { try Files.read(folder, as: "corpus") }
      try Files.write(Data([0x61, 0x0a, 0x62, 0xff]), to: folder + "/bad")
      let error = #expect(throws: InputError.self) { try Files.readText(folder + "/bad", as: "corpus") }
      #expect(error?.description.contains("bad:2: is not UTF-8") == true)
      try Files.write("\u{FEFF}text", to: folder + "/marked")
      #expect(try Files.readText(folder + "/marked", as: "corpus") == "text")
    }
  }
}
