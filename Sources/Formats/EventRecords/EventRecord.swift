/// One record of an event file as TensorBoard reads it: a protocol buffer `Event` in the framing of a TFRecord.
///
/// Framing: the length in 64 bits, its check, the bytes, their check, all little-endian. A check is a CRC-32C, rotated
/// and shifted so that a check of data that hold checks is no trivial number. Sources: tensorflow's `event.proto`,
/// `summary.proto` and `record_writer.cc`, the formats alone.
package struct EventRecord {
  /// The record as it stands in the file.
  package let bytes: [UInt8]

  private init(wallTime: Double, _ fields: [UInt8]) {
    let event = Protobuf.double(1, wallTime) + fields
    let length = Self.littleEndian(UInt64(event.count))
    bytes =
      length + Self.littleEndian(Self.masked(CRC32C.of(length))) + event
      + Self.littleEndian(Self.masked(CRC32C.of(event)))
  }

  /// The first record of every file.
  ///
  /// - Parameter wallTime: seconds since 1970.
  /// - Returns: the record that names the format.
  package static func version(wallTime: Double) -> EventRecord {
    EventRecord(wallTime: wallTime, Protobuf.text(3, "brain.Event:2"))
  }

  /// What was measured at one step, rounded to 32 bits.
  ///
  /// - Parameters:
  ///   - wallTime: seconds since 1970.
  ///   - step: optimizer steps done.
  ///   - scalars: each value under its tag.
  package init(wallTime: Double, step: Int, scalars: [(tag: String, value: Double)]) {
    let values = scalars.flatMap { tag, value in
      Protobuf.message(1, Protobuf.text(1, tag) + Protobuf.float(2, Float(value)))
    }
    self.init(wallTime: wallTime, Protobuf.integer(2, UInt64(step)) + Protobuf.message(5, values))
  }

  /// Bytes of a record's length and its check.
  static let headerSize = 12

  /// The wall time of the first record of a file's bytes; `nil` if there is none.
  package static func firstWallTime(in bytes: some Collection<UInt8>) -> Double? {
    let field = Array(bytes.dropFirst(headerSize).prefix(9))
    guard field.count == 9, field[0] == Protobuf.doubleTag(1) else { return nil }
    let bits = field.dropFirst().reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Double(bitPattern: bits)
  }

  private static func masked(_ crc: UInt32) -> UInt32 { (crc >> 15 | crc << 17) &+ 0xA282_EAD8 }

  private static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }
}

/// The fields of a protocol buffer: a tag of number and kind, then the value.
private enum Protobuf {
  static func doubleTag(_ number: UInt8) -> UInt8 { number << 3 | 1 }

  static func double(_ number: UInt8, _ value: Double) -> [UInt8] {
    [doubleTag(number)] + withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
  }

  static func float(_ number: UInt8, _ value: Float) -> [UInt8] {
    [number << 3 | 5] + withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
  }

  static func integer(_ number: UInt8, _ value: UInt64) -> [UInt8] { [number << 3] + varint(value) }

  static func text(_ number: UInt8, _ value: String) -> [UInt8] { message(number, Array(value.utf8)) }

  static func message(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
    [number << 3 | 2] + varint(UInt64(bytes.count)) + bytes
  }

  /// Seven bits a byte, the lowest first; the high bit says that more follow.
  private static func varint(_ value: UInt64) -> [UInt8] {
    var (rest, bytes) = (value, [UInt8]())
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }
}
