import Platform

/// Reads JSON (RFC 8259) piece by piece, its depth bounded, as far as the caller keeps what it reads.
///
/// Each call takes one value from where the reader stands. Whoever wants a tree asks for `value()`; a file that is mostly
/// one long list or object is read member by member, so that memory grows with what is kept, not with what is there.
public struct JSONReader {
  /// The deepest nesting that is read.
  public static let maximumDepth = 64
  /// The longest key that is read, in bytes: longer than any name of a tensor or any token.
  ///
  /// Keys end up in dictionaries, and Swift takes time quadratic in a run of combining marks to hash a `String`.
  public static let maximumKeyLength = 1024

  private let bytes: [UInt8]
  private let source: String
  private let hasLines: Bool
  private var index = 0
  private var line = 1
  private var depth = 0

  /// A reader at the beginning of a text.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8.
  ///   - source: the file or option that errors and places name.
  ///   - hasLines: whether places name a line too.
  public init(_ bytes: [UInt8], source: String, hasLines: Bool = true) {
    self.bytes = bytes
    self.source = source
    self.hasLines = hasLines
  }

  /// Where the reader stands.
  public var place: JSONValue.Place { .init(source: source, line: hasLines ? line : nil) }

  /// The first byte of the next value; `nil` at the end.
  public mutating func peek() -> UInt8? {
    skipSpace()
    return next
  }

  // MARK: - Values

  /// The next value as a tree.
  ///
  /// - Throws: `InputError` for text that is not JSON, a duplicate key, or nesting beyond `maximumDepth`.
  public mutating func value() throws -> JSONValue {
    skipSpace()
    let start = place
    switch next {
    case UInt8(ascii: "{"):
      var members: [JSONValue.Member] = []
      try self.members { members.append(.init(key: $1, value: try $0.value())) }
      return JSONValue(.object(members), at: start)
    case UInt8(ascii: "["):
      var elements: [JSONValue] = []
      try self.elements { elements.append(try $0.value()) }
      return JSONValue(.list(elements), at: start)
    case UInt8(ascii: "\""): return JSONValue(.text(try text()), at: start)
    case .some(let byte) where byte == UInt8(ascii: "-") || byte.isDigit:
      return JSONValue(.number(try number()), at: start)
    default: return JSONValue(try word(), at: start)
    }
  }

  /// Passes the next value by.
  ///
  /// - Throws: `InputError` as `value()`.
  public mutating func skip() throws {
    switch peek() {
    case UInt8(ascii: "{"): try members { reader, _ in try reader.skip() }
    case UInt8(ascii: "["): try elements { try $0.skip() }
    case UInt8(ascii: "\""): _ = try text()
    case .some(let byte) where byte == UInt8(ascii: "-") || byte.isDigit: _ = try number()
    default: _ = try word()
    }
  }

  /// Visits the members of the next value, an object, in the order of the text.
  ///
  /// - Parameter visit: is given the reader at the member's value, which it must take, and the key.
  /// - Throws: `InputError` for anything but an object, for a key given twice, and what `visit` throws.
  public mutating func members(_ visit: (inout JSONReader, String) throws -> Void) throws {
    try open("{", as: "an object")
    // By bytes: texts that differ in composition alone are two keys.
    var seen: [[UInt8]: Int] = [:]
    if take("}") { return close() }
    while true {
      guard peek() == UInt8(ascii: "\"") else { throw unexpected(expected: "a key in double quotes") }
      let start = line
      let key = try text()
      guard key.utf8.count <= Self.maximumKeyLength else {
        throw InputError(
          at: place.description, "has a key of \(key.utf8.count) bytes", expected: "at most \(Self.maximumKeyLength)")
      }
      if let first = seen.updateValue(start, forKey: Array(key.utf8)) {
        let earlier = hasLines ? " (first in line \(first))" : ""
        throw InputError(
          at: JSONValue.Place(source: source, line: hasLines ? start : nil).description,
          "key \(JSONValue(key).excerpt) is given twice\(earlier)")
      }
      guard take(":") else { throw unexpected(expected: "a colon after \(JSONValue(key).excerpt)") }
      try visit(&self, key)
      if take("}") { return close() }
      guard take(",") else {
        throw unexpected(expected: "a comma or } after the value of \(JSONValue(key).excerpt)")
      }
    }
  }

  /// Visits the values of the next value, a list, in order.
  ///
  /// - Parameter visit: is given the reader at a value, which it must take.
  /// - Throws: `InputError` for anything but a list, and what `visit` throws.
  public mutating func elements(_ visit: (inout JSONReader) throws -> Void) throws {
    try open("[", as: "a list")
    if take("]") { return close() }
    while true {
      try visit(&self)
      if take("]") { return close() }
      guard take(",") else { throw unexpected(expected: "a comma or ] after a list's value") }
    }
  }

  /// The next value, a string, its escapes resolved.
  ///
  /// - Throws: `InputError` for anything else.
  public mutating func text() throws -> String {
    guard take("\"") else { throw unexpected(expected: "a string") }
    var result: [UInt8] = []
    while let byte = next {
      index += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: result, as: UTF8.self)
      case UInt8(ascii: "\\"): result += String(try escape()).utf8
      case 0..<0x20:
        index -= 1
        throw unexpected(expected: "the end of a string; line breaks and control characters are written as escapes")
      default: result.append(byte)
      }
    }
    throw unexpected(expected: "the end of a string")
  }

  /// The next value, a number, as it is written.
  ///
  /// - Throws: `InputError` for anything else.
  public mutating func number() throws -> String {
    skipSpace()
    let start = index
    _ = takeNext("-")
    if !takeNext("0") { try digits() }
    if takeNext(".") { try digits() }
    if takeNext("e") || takeNext("E") {
      if !takeNext("+") { _ = takeNext("-") }
      try digits()
    }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  /// Checks that nothing but white space follows.
  ///
  /// - Throws: `InputError` if something does.
  public mutating func end() throws {
    if peek() != nil { throw unexpected(expected: "the end of the file") }
  }

  // MARK: - Pieces

  private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func open(_ bracket: Unicode.Scalar, as what: String) throws {
    guard take(bracket) else { throw unexpected(expected: what) }
    guard depth < Self.maximumDepth else {
      throw InputError(at: place.description, "nested more than \(Self.maximumDepth) levels deep")
    }
    depth += 1
  }

  private mutating func close() { depth -= 1 }

  private mutating func word() throws -> JSONValue.Content {
    let words: [(String, JSONValue.Content)] = [("true", .flag(true)), ("false", .flag(false)), ("null", .null)]
    for (word, content) in words where bytes[index...].starts(with: word.utf8) {
      index += word.utf8.count
      return content
    }
    throw unexpected(expected: "a value")
  }

  private mutating func digits() throws {
    let start = index
    while next?.isDigit == true { index += 1 }
    if index == start { throw unexpected(expected: "a digit") }
  }

  private mutating func escape() throws -> Character {
    let plain: [UInt8: Character] = [
      UInt8(ascii: "\""): "\"", UInt8(ascii: "\\"): "\\", UInt8(ascii: "/"): "/", UInt8(ascii: "b"): "\u{8}",
      UInt8(ascii: "f"): "\u{c}", UInt8(ascii: "n"): "\n", UInt8(ascii: "r"): "\r", UInt8(ascii: "t"): "\t",
    ]
    if let byte = next, let character = plain[byte] {
      index += 1
      return character
    }
    guard takeNext("u") else { throw unexpected(expected: "one of \" \\ / b f n r t u after a backslash") }
    var code = try hexadecimal()
    if (0xd800..<0xdc00).contains(code), takeNext("\\") {
      guard takeNext("u") else { throw unexpected(expected: "the second half of a surrogate pair") }
      let low = try hexadecimal()
      guard (0xdc00..<0xe000).contains(low) else { throw unexpected(expected: "the second half of a surrogate pair") }
      code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
    }
    guard let scalar = Unicode.Scalar(code) else { throw unexpected(expected: "a pair of surrogates") }
    return Character(scalar)
  }

  private mutating func hexadecimal() throws -> UInt32 {
    let digits = bytes[index...].prefix(4)
    guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let code = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw unexpected(expected: "four hexadecimal digits after \\u") }
    index += 4
    return code
  }

  /// Takes a character if it is the next after white space.
  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    return takeNext(character)
  }

  /// Takes a character if it is the very next.
  private mutating func takeNext(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  private mutating func skipSpace() {
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\n"): line += 1
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): break
      default: return
      }
      index += 1
    }
  }

  private func unexpected(expected: String) -> InputError {
    guard next != nil else { return InputError(at: place.description, "the text ends too soon", expected: expected) }
    let character = String(decoding: bytes[index...].prefix(4), as: UTF8.self).first.map(String.init) ?? ""
    let found = character.first!.isNewline ? "the end of the line" : "'\(character)'"
    return InputError(at: place.description, "not JSON: found \(found)", expected: expected)
  }
}

extension UInt8 {
  /// Whether this is one of the ASCII digits.
  fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}
