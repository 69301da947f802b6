import Platform
import Synchronization

/// Finds bytes that are not UTF-8 (The Unicode Standard, table 3-7), on all threads and without copying the text.
enum UTF8Validation {
  private static let chunkSize = 1 << 20

  /// Where the first byte is that belongs to no well-formed sequence; `nil` for valid text.
  static func firstInvalidByte(in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    let first = Mutex(Int.max)
    // Only read while the chunks are looked at.
    nonisolated(unsafe) let bytes = bytes
    let chunkCount = (bytes.count + chunkSize - 1) / chunkSize
    ThreadPool.shared.run(chunkCount) { chunk in
      // What begins before the chunk's border and may reach across it is looked at by both sides.
      var start = chunk * chunkSize
      let end = min(start + chunkSize, bytes.count)
      for _ in 0..<3 where start > 0 && bytes[start] & 0xC0 == 0x80 { start -= 1 }
      if let invalid = firstInvalidByte(in: bytes, from: start, to: end) {
        first.withLock { $0 = min($0, invalid) }
      }
    }
    let found = first.withLock { $0 }
    return found == Int.max ? nil : found
  }

  /// The first sequence that is not well formed of those that begin in a range.
  private static func firstInvalidByte(
    in bytes: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int
  ) -> Int? {
    let raw = UnsafeRawBufferPointer(bytes)
    var i = start
    while i < end {
      if i + 8 <= end, raw.loadUnaligned(fromByteOffset: i, as: UInt64.self) & 0x8080_8080_8080_8080 == 0 {
        i += 8
        continue
      }
      let lead = bytes[i]
      guard lead >= 0x80 else {
        i += 1
        continue
      }
      let (length, second): (Int, ClosedRange<UInt8>) =
        switch lead {
        case 0xC2...0xDF: (2, 0x80...0xBF)
        case 0xE0: (3, 0xA0...0xBF)
        case 0xE1...0xEC, 0xEE, 0xEF: (3, 0x80...0xBF)
        case 0xED: (3, 0x80...0x9F)
        case 0xF0: (4, 0x90...0xBF)
        case 0xF1...0xF3: (4, 0x80...0xBF)
        case 0xF4: (4, 0x80...0x8F)
        default: (0, 0...0)
        }
      guard length > 0, i + length <= bytes.count, second.contains(bytes[i + 1]) else { return i }
      for k in 2..<max(2, length) where bytes[i + k] & 0xC0 != 0x80 { return i }
      i += length
    }
    return nil
  }
}
