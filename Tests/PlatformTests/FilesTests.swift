import Foundation
import Platform
import Testing

struct FilesTests {
  private func inFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "roformer-\(UUID().uuidString)").path
    try Files.makeFolder(folder + "/a/b")
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
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
