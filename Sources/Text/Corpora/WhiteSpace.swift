/// White space in valid UTF-8, by Unicode's property.
enum WhiteSpace {
  /// Where the white space that begins at a byte ends; the same place if there is none.
  static func end(ofRunIn bytes: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int) -> Int {
    var i = start
    while i < end {
      guard let length = length(in: bytes, at: i) else { return i }
      i += length
    }
    return i
  }

  /// The bytes of the white space character that begins at a byte; `nil` if that begins another.
  static func length(in bytes: UnsafeBufferPointer<UInt8>, at i: Int) -> Int? {
    let byte = bytes[i]
    if byte < 0x80 { return byte == 32 || 9...13 ~= byte ? 1 : nil }
    let length = byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
    let scalar = String(decoding: bytes[i..<i + length], as: UTF8.self).unicodeScalars.first
    return scalar?.properties.isWhitespace == true ? length : nil
  }

  /// The beginning of the character that a byte belongs to.
  static func characterStart(in bytes: UnsafeBufferPointer<UInt8>, at i: Int) -> Int {
    var i = i
    while i > 0, i < bytes.count, bytes[i] & 0xC0 == 0x80 { i -= 1 }
    return i
  }
}
