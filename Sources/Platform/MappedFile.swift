import Foundation

/// The bytes of a regular file, mapped: what is not looked at takes no memory.
///
/// Whoever replaces such a file must write beside it and rename, as `Files.write` does: a file that shrinks while it is
/// mapped takes its readers with it.
public final class MappedFile: @unchecked Sendable {
  /// All bytes of the file; valid as long as this object lives.
  public let bytes: UnsafeRawBufferPointer

  /// Maps a file.
  ///
  /// - Parameters:
  ///   - path: where the file lies.
  ///   - what: what the file is for, for the errors' texts.
  /// - Throws: `InputError` if there is no such file, it cannot be read, or it is no regular file.
  public init(path: String, as what: String) throws {
    // Without O_NONBLOCK, opening a pipe would wait for somebody to write.
    let descriptor = open(path, O_RDONLY | O_NONBLOCK)
    guard descriptor >= 0 else {
      let problem = errno == ENOENT ? "no such file" : "cannot be read (\(String(cString: strerror(errno))))"
      throw InputError(at: path, problem, expected: what)
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      let kind = status.st_mode & S_IFMT == S_IFDIR ? "a folder" : "not a regular file"
      throw InputError(at: path, "is \(kind)", expected: "\(what), a file")
    }
    let count = Int(status.st_size)
    guard count > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard let start = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
      throw InputError(at: path, "cannot be mapped (\(String(cString: strerror(errno))))", expected: what)
    }
    bytes = UnsafeRawBufferPointer(start: start, count: count)
  }

  deinit {
    if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
  }
}
