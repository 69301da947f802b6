import Foundation
import Platform

/// The bytes of a text, valid UTF-8, at one address as long as this object lives; those of a file are mapped.
final class TextBytes: @unchecked Sendable {
  let bytes: UnsafeBufferPointer<UInt8>
  /// What keeps the address: the mapped file, or `nil` for memory that is freed at the end.
  private let file: Data?

  /// The text of a UTF-8 file, a byte order mark left out.
  ///
  /// - Throws: `InputError` if it cannot be read, or with the line of the first byte that is not UTF-8.
  init(_ data: Data, path: String, as what: String) throws {
    // Short data lie within the value, and have no address of their own.
    if data.count >= 4096 {
      file = data
      bytes = data.withUnsafeBytes { $0.assumingMemoryBound(to: UInt8.self) }
    } else {
      file = nil
      bytes = Self.copy(Array(data))
    }
    if let offset = UTF8Validation.firstInvalidByte(in: bytes) {
      let line = 1 + bytes[..<offset].count { $0 == UInt8(ascii: "\n") }
      throw InputError(at: "\(path):\(line)", "is not UTF-8 text", expected: what)
    }
  }

  /// The bytes of texts, one after another.
  init(_ texts: [String]) {
    file = nil
    bytes = Self.copy(texts.flatMap { Array($0.utf8) })
  }

  deinit {
    if file == nil { bytes.deallocate() }
  }

  private static func copy(_ bytes: [UInt8]) -> UnsafeBufferPointer<UInt8> {
    let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count)
    _ = memory.initialize(from: bytes)
    return UnsafeBufferPointer(memory)
  }

  /// Where the text begins: after a byte order mark.
  var start: Int { bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0 }
}
