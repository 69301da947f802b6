/// The cyclic redundancy check CRC-32C (Castagnoli), bits reflected, as iSCSI has it (RFC 3720, appendix B.4).
package enum CRC32C {
  /// The check of some bytes.
  package static func of(_ bytes: some Sequence<UInt8>) -> UInt32 {
    ~bytes.reduce(~0) { crc, byte in crc >> 8 ^ table[Int(UInt8(truncatingIfNeeded: crc) ^ byte)] }
  }

  /// The check of each byte by itself, by division by the reflected polynomial.
  private static let table: [UInt32] = (UInt32(0)..<256).map { byte in
    (0..<8).reduce(byte) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1 }
  }
}
