import Foundation
import Platform

/// A folder of a test's own, removed when its object goes.
public final class TemporaryFolder {
  /// Where it lies.
  public let path: String

  /// An empty folder.
  public init() throws {
    path = FileManager.default.temporaryDirectory.appending(path: "roformer-\(UUID().uuidString)").path
    try Files.makeFolder(path)
  }

  /// The path of a file in it, written if there is something to write.
  public func file(_ name: String, _ bytes: Data? = nil) throws -> String {
    let place = path + "/" + name
    if let bytes { try Files.write(bytes, to: place) }
    return place
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
