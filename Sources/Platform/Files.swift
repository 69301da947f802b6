import Foundation

/// Reading and writing whole files, with errors that say what was wrong in one line.
public enum Files {
  // MARK: - Reading

  /// The bytes of a file.
  ///
  /// - Parameters:
  ///   - path: where the file lies; a pipe is read to its end.
  ///   - what: what the file is for, such as "corpus"; begins the error's text.
  /// - Returns: the bytes, mapped where the system can.
  /// - Throws: `InputError` if there is no such file, it is a folder or a device, or it cannot be read.
  public static func read(_ path: String, as what: String) throws -> Data {
    func fault(_ problem: String) -> InputError { InputError(at: path, problem, expected: what) }
    var status = stat()
    guard stat(path, &status) == 0 else {
      if errno == ENOENT { throw InputError(at: path, "no such file", expected: what) }
      throw fault("cannot be read (\(systemError))")
    }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: throw fault("is a folder, not a file")
    case S_IFREG, S_IFIFO: break
    default: throw fault("is a device, not a file")
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw fault("cannot be read (\(systemError))") }
    defer { close(descriptor) }
    // What was opened counts, not what was there a moment before; and some regular files (as in /proc) claim no size.
    guard fstat(descriptor, &status) == 0 else { throw fault("cannot be read (\(systemError))") }
    if status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 {
      if let data = mapped(descriptor, byteCount: Int(status.st_size)) { return data }
    }
    do {
      return try FileHandle(fileDescriptor: descriptor, closeOnDealloc: false).readToEnd() ?? Data()
    } catch {
      throw fault("cannot be read (\(systemError))")
    }
  }

  /// The pages of a file, which take memory only while they are looked at, and none that is the program's own.
  private static func mapped(_ descriptor: Int32, byteCount: Int) -> Data? {
    // `Data` may be changed by whoever has it: pages that are written to are copied, the file is not.
    guard let pages = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE, descriptor, 0), pages != MAP_FAILED
    else { return nil }
    return Data(bytesNoCopy: pages, count: byteCount, deallocator: .custom { munmap($0, $1) })
  }

  /// The text of a UTF-8 file, a byte order mark removed.
  ///
  /// - Throws: `InputError` as `read`, and with the line of the first byte that is not UTF-8.
  public static func readText(_ path: String, as what: String) throws -> String {
    let data = try read(path, as: what)
    if let text = String(validating: data, as: UTF8.self) {
      // By bytes: Swift compares characters in time quadratic in the marks that follow a letter.
      return text.utf8.starts(with: "\u{FEFF}".utf8) ? String(Substring(text.utf8.dropFirst(3))) : text
    }
    throw InputError(at: "\(path):\(firstInvalidLine(data))", "is not UTF-8 text", expected: what)
  }

  private static func firstInvalidLine(_ data: Data) -> Int {
    var line = 1
    for bytes in data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      if String(validating: bytes, as: UTF8.self) == nil { return line }
      line += 1
    }
    return line
  }

  // MARK: - Writing

  /// What is added to a path for the file that is written beside, until it is whole.
  public static let unfinishedSuffix = ".part"

  /// Writes a file so that a reader sees all of it or the old one, even after a power cut: beside, flushed to the
  /// disk, then renamed.
  ///
  /// Two processes must not write one path at once. A pipe or a device is written to as it is.
  ///
  /// - Throws: `InputError` if it cannot be written; the old file is then as it was.
  public static func write(_ data: some ContiguousBytes, to path: String) throws {
    try write(to: path) { file in try data.withUnsafeBytes { try file.append($0) } }
  }

  /// Writes text as UTF-8, as `write(_:to:)` does.
  public static func write(_ text: String, to path: String) throws {
    try write(Array(text.utf8), to: path)
  }

  /// Writes a file piece by piece, as `write(_:to:)` does; what is thrown leaves the old file as it was.
  ///
  /// - Throws: `InputError` if it cannot be written, and what the closure throws.
  public static func write(to path: String, _ body: (FileWriter) throws -> Void) throws {
    guard let target = try replacedFile(at: path) else {
      return try body(try FileWriter(path, shownAs: path, O_WRONLY))
    }
    let unfinished = target + unfinishedSuffix
    do {
      let file = try FileWriter(unfinished, shownAs: path, O_WRONLY | O_CREAT | O_TRUNC)
      try body(file)
      try file.flush()
      guard rename(unfinished, target) == 0 else { throw failure(path) }
    } catch {
      unlink(unfinished)
      throw error
    }
    flushFolder(of: target)
  }

  /// Checks that a file can be written, before the work whose result it is to hold; what is there stays as it is.
  ///
  /// - Throws: `InputError` as `write(_:to:)` would.
  public static func checkMayBeWritten(_ path: String) throws {
    guard let target = try replacedFile(at: path) else {
      // Not opened: whoever reads a pipe would see it end.
      guard access(path, W_OK) == 0 else { throw failure(path) }
      return
    }
    // Permissions do not tell all: only a file beside shows that there can be one.
    let unfinished = target + unfinishedSuffix
    _ = try FileWriter(unfinished, shownAs: path, O_WRONLY | O_CREAT)
    unlink(unfinished)
  }

  /// The file whose place is taken by what is written to a path; `nil` for a pipe or a device, which stays.
  ///
  /// - Throws: `InputError` if it is a folder.
  private static func replacedFile(at path: String) throws -> String? {
    var status = stat()
    guard stat(path, &status) == 0 else { return path }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: throw InputError(at: path, "is a folder, not a file")
    // A link stays; what it leads to is replaced.
    case S_IFREG: return realpath(path, nil).map { String(owning: $0) } ?? path
    default: return nil
    }
  }

  /// Adds bytes to the end of a file that exists.
  ///
  /// - Throws: `InputError` if it does not, or cannot be written.
  public static func append(_ text: String, to path: String) throws {
    try append(Array(text.utf8), to: path)
  }

  /// Adds bytes to the end of a file that exists.
  ///
  /// - Throws: `InputError` if it does not, or cannot be written.
  public static func append(_ data: some ContiguousBytes, to path: String) throws {
    let file = try FileWriter(path, shownAs: path, O_WRONLY | O_APPEND)
    try data.withUnsafeBytes { try file.append($0) }
  }

  /// Leaves the beginning of a file, in place: whoever has it open sees it end there.
  ///
  /// - Throws: `InputError` if it is not there or cannot be written.
  public static func cut(_ path: String, toByteCount count: Int) throws {
    guard truncate(path, off_t(count)) == 0 else { throw failure(path) }
  }

  /// Gives a file another name in its folder; the file that had it is gone.
  ///
  /// - Throws: `InputError` if the folder cannot be written.
  public static func move(_ path: String, to other: String) throws {
    guard rename(path, other) == 0 else { throw failure(path) }
    flushFolder(of: other)
  }

  /// Removes a file; one that is not there is fine.
  public static func remove(_ path: String) {
    unlink(path)
  }

  /// A rename is on the disk when its folder is; file systems that cannot flush folders say so, and are left alone.
  private static func flushFolder(of path: String) {
    let folder = path.contains("/") ? String(path[..<path.lastIndex(of: "/")!]) : "."
    let descriptor = open(folder.isEmpty ? "/" : folder, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  /// Why a file cannot be written, from `errno`.
  static func failure(_ path: String) -> InputError {
    let isFull = errno == ENOSPC || errno == EDQUOT
    return InputError(
      at: path, "cannot be written (\(systemError))",
      expected: isFull ? "more space; what was saved before is whole, and the same command goes on from it" : nil)
  }

  // MARK: - Folders

  /// Makes a folder and those above it; one that exists is fine.
  ///
  /// - Throws: `InputError` if it cannot be made, or naming the file that is in the way.
  public static func makeFolder(_ path: String) throws {
    for folder in upwards(path).reversed() {
      guard mkdir(folder, 0o777) != 0 else { continue }
      let problem = systemError
      if isFolder(folder) { continue }
      try checkMayBeFolder(folder)
      throw InputError(at: path, "cannot be made (\(problem))", expected: "a folder that can be written")
    }
  }

  /// Checks that a path is a folder, or is free for one.
  ///
  /// - Throws: `InputError` naming the file that is in the way.
  public static func checkMayBeFolder(_ path: String) throws {
    guard let there = upwards(path).first(where: exists), !isFolder(there) else { return }
    throw InputError(at: there, "is a file, not a folder")
  }

  /// A path and those of the folders it lies in, the root left out.
  private static func upwards(_ path: String) -> [String] {
    let parts = path.split(separator: "/")
    return parts.indices.reversed().map { last in
      (path.hasPrefix("/") ? "/" : "") + parts[...last].joined(separator: "/")
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

  static var systemError: String { String(cString: strerror(errno)) }
}

/// A file that is being written.
public final class FileWriter {
  private let descriptor: Int32
  private let path: String

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - path: which.
  ///   - shown: the path that errors name.
  ///   - flags: those of `open`.
  /// - Throws: `InputError` if it cannot be opened.
  init(_ path: String, shownAs shown: String, _ flags: Int32) throws {
    descriptor = open(path, flags | O_CLOEXEC, 0o666)
    self.path = shown
    guard descriptor >= 0 else { throw Files.failure(shown) }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Adds bytes at the end.
  ///
  /// - Throws: `InputError` if they cannot be written.
  public func append(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw Files.failure(path) }
      rest = rest.dropFirst(count)
    }
  }

  /// Writes bytes in the place of others that are there already.
  ///
  /// - Parameters:
  ///   - bytes: what to write.
  ///   - offset: where in the file it begins.
  /// - Throws: `InputError` if they cannot be written.
  public func overwrite(_ bytes: [UInt8], at offset: Int) throws {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes {
        pwrite(descriptor, $0.baseAddress! + written, bytes.count - written, off_t(offset + written))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw Files.failure(path) }
      written += count
    }
  }

  /// Waits until all is on the disk.
  ///
  /// - Throws: `InputError` if it cannot be written there.
  func flush() throws {
    while fsync(descriptor) != 0 {
      // Pipes and some file systems have nothing to flush.
      if errno == EINVAL || errno == ENOTSUP { return }
      guard errno == EINTR else { throw Files.failure(path) }
    }
  }
}

extension String {
  /// The text of memory that a C function allocated, which is freed.
  fileprivate init(owning text: UnsafeMutablePointer<CChar>) {
    self.init(cString: text)
    free(text)
  }
}
