import Foundation

/// Standard input, output and error, whatever they were connected to: a disk that is full costs a line, never a trap.
public enum StandardStreams {
  /// Connects those that were closed to nothing, lest a file that is opened takes their place.
  public static func open() {
    for stream: Int32 in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(stream, F_GETFD) < 0 {
      // The lowest number that is free is this one.
      _ = Foundation.open("/dev/null", O_RDWR)
    }
  }

  /// Writes to standard output.
  ///
  /// - Throws: `InputError` if it cannot be written.
  public static func write(_ text: String) throws {
    guard put(text, to: STDOUT_FILENO) else {
      throw InputError(at: "standard output", "cannot be written (\(Files.systemError))")
    }
  }

  /// Writes to standard error; where that fails, nobody can be told.
  public static func writeError(_ text: String) {
    _ = put(text, to: STDERR_FILENO)
  }

  /// All of standard input.
  ///
  /// - Throws: `InputError` if it cannot be read.
  public static func read() throws -> Data {
    var data = Data()
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Foundation.read(STDIN_FILENO, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        throw InputError(at: "standard input", "cannot be read (\(Files.systemError))")
      }
      if count == 0 { return data }
      data.append(contentsOf: buffer[..<count])
    }
  }

  /// Writes a text; false if that failed, for the reason in `errno`.
  private static func put(_ text: String, to stream: Int32) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = Foundation.write(stream, UnsafeBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return false }
        rest = rest.dropFirst(count)
      }
      return true
    }
  }
}
