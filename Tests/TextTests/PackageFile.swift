import Foundation

/// Files of the package, found from where this source lies.
enum PackageFile {
  /// The path of a file below the package's root.
  static func path(_ relative: String) -> String {
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { root.deleteLastPathComponent() }
    return root.appendingPathComponent(relative).path
  }
}
