import Foundation

/// The program as it was built beside the tests, for what a process of its own shows.
public enum BuiltProgram {
  /// Where it lies.
  private static var url: URL {
    URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "roformer")
  }

  /// Whether it is there: not where the tests are a bundle that another program has loaded.
  public static var exists: Bool { FileManager.default.isExecutableFile(atPath: url.path) }

  /// Starts it; its output is to be read from the pipe, its errors are dropped.
  ///
  /// - Throws: what `Process` throws.
  public static func start(_ arguments: String...) throws -> (process: Process, output: Pipe) {
    let (process, output) = (Process(), Pipe())
    process.executableURL = url
    process.arguments = arguments
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    return (process, output)
  }
}
