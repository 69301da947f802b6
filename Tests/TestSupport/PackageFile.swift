import Foundation

/// Files of the package, found from where this source lies.
public enum PackageFile {
  /// The path of a file below the package's root.
  public static func path(_ relative: String) -> String {
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { root.deleteLastPathComponent() }
    return root.appendingPathComponent(relative).path
  }

  /// The path of a file or folder that tests read.
  public static func fixture(_ relative: String) -> String { path("Tests/Fixtures/" + relative) }
}
