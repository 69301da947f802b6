import Foundation
import Platform

/// The checksum over a checkpoint's whole file, its own digits taken for zeros; it stands in the header.
enum CheckpointChecksum {
  /// Stands before the digits and nowhere else in a header.
  private static let label = "checksum64:"
  private static let digitCount = 16

  /// What a header has in the checksum's place until the checksum is known.
  static let placeholder = label + UInt64(0).hexadecimalText

  /// Where the digits are in a file, of which the header is enough; `nil` if the header has none.
  static func digits(in data: Data) -> Range<Data.Index>? {
    guard data.count > 8 else { return nil }
    let length = data.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let header = data.dropFirst(8).prefix(Int(min(length, UInt64(data.count))))
    guard let label = header.range(of: Data(label.utf8)), header.endIndex - label.upperBound >= digitCount
    else { return nil }
    return label.upperBound..<label.upperBound + digitCount
  }

  /// The checksum of a file whose digits are at some place.
  static func of(_ data: Data, blanking digits: Range<Data.Index>) -> UInt64 {
    var checksum = Checksum()
    data.withUnsafeBytes { bytes in
      checksum.update(UnsafeRawBufferPointer(rebasing: bytes[..<(digits.lowerBound - data.startIndex)]))
      Array(UInt64(0).hexadecimalText.utf8).withUnsafeBytes { checksum.update($0) }
      checksum.update(UnsafeRawBufferPointer(rebasing: bytes[(digits.upperBound - data.startIndex)...]))
    }
    return checksum.value
  }

  /// Checks that a file is as it was written.
  ///
  /// - Throws: `Checkpoint.Damage` if it is not; `InputError` if it cannot be read.
  static func check(_ path: String) throws {
    let data = try Files.read(path, as: "a checkpoint")
    guard let digits = digits(in: data) else { throw Checkpoint.Damage(description: "holds no checksum") }
    guard of(data, blanking: digits).hexadecimalText == String(decoding: data[digits], as: UTF8.self) else {
      throw Checkpoint.Damage(description: "does not agree with its checksum")
    }
  }
}
