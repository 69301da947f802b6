import Foundation

/// Reading and writing whole files, with errors that say what was wrong in one line.
public enum Files {
  /// The bytes of a file.
  ///
  /// - Parameters:
  ///   - path: where the file lies.
  ///   - what: what the file is for, such as "corpus"; begins the error's text.
  /// - Returns: the bytes, mapped where the system can.
  /// - Throws: `InputError` if there is no such file, it is a folder, or it cannot be read.
  public static func read(_ path: String, as what: String) throws -> Data {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw InputError(at: path, "no such file", expected: what)
    }
    guard !isDirectory.boolValue else {
      throw InputError(at: path, "is a folder", expected: "\(what), a file")
    }
    do {
      return try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
    } catch {
      throw InputError(at: path, "cannot be read (\(reason(error)))", expected: what)
    }
  }

  /// The text of a UTF-8 file, a byte order mark removed.
  ///
  /// - Throws: `InputError` as `read`, and with the line of the first byte that is not UTF-8.
  public static func readText(_ path: String, as what: String) throws -> String {
    let data = try read(path, as: what)
    if let text = String(validating: data, as: UTF8.self) {
      return text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
    }
    throw InputError(at: "\(path):\(firstInvalidLine(data))", "is not UTF-8 text", expected: what)
  }

  /// Writes a file so that a reader sees all of it or the old one: beside, flushed, then renamed.
  ///
  /// - Throws: `InputError` if the folder cannot be written.
  public static func write(_ data: Data, to path: String) throws {
    do {
      try data.write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw InputError(at: path, "cannot be written (\(reason(error)))")
    }
  }

  /// Writes text as UTF-8, as `write(_:to:)` does.
  public static func write(_ text: String, to path: String) throws {
    try write(Data(text.utf8), to: path)
  }

  /// Makes a folder and those above it; one that exists is fine.
  ///
  /// - Throws: `InputError` if it cannot be made or a file is in the way.
  public static func makeFolder(_ path: String) throws {
    var made = path.hasPrefix("/") ? "" : "."
    for part in path.split(separator: "/") {
      made += "/" + part
      guard mkdir(made, 0o777) != 0 else { continue }
      let problem = errno == EEXIST ? "a file is in the way" : systemError
      if isFolder(made) { continue }
      throw InputError(at: path, "cannot be made (\(problem))", expected: "a folder that can be written")
    }
  }

  /// Whether a file or folder is there.
  public static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: path)
  }

  private static func isFolder(_ path: String) -> Bool {
    var isDirectory: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
  }

  private static var systemError: String { String(cString: strerror(errno)) }

  private static func firstInvalidLine(_ data: Data) -> Int {
    var line = 1
    for bytes in data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      if String(validating: bytes, as: UTF8.self) == nil { return line }
      line += 1
    }
    return line
  }

  /// What the operating system says, without Foundation's surroundings.
  private static func reason(_ error: any Error) -> String {
    let cocoa = error as NSError
    if let posix = cocoa.userInfo[NSUnderlyingErrorKey] as? NSError, posix.domain == NSPOSIXErrorDomain {
      return String(cString: strerror(Int32(posix.code)))
    }
    if let posix = error as? POSIXError { return String(cString: strerror(posix.code.rawValue)) }
    return cocoa.localizedDescription
  }
}
