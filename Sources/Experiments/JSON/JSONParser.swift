import Foundation
import Platform

extension JSONValue {
  /// The largest file that is read: an experiment is a page or two.
  static let maximumByteCount = 1 << 20
  /// The deepest nesting that is read.
  static let maximumDepth = 64

  /// The value in a file.
  ///
  /// - Parameters:
  ///   - path: where the file lies.
  ///   - what: what the file is for, for the errors' texts.
  /// - Returns: the value, with the places of its parts.
  /// - Throws: `InputError` naming the file and, where there is one, the line.
  public static func read(_ path: String, as what: String) throws -> JSONValue {
    let text = try Files.readText(path, as: what)
    guard text.utf8.count <= maximumByteCount else {
      throw InputError(
        at: path, "has \(text.utf8.count) bytes", expected: "\(what) of at most \(maximumByteCount) bytes")
    }
    guard text.contains(where: { !$0.isWhitespace }) else {
      throw InputError(at: path, "is empty", expected: "\(what), a JSON object")
    }
    return try parse(text, source: path)
  }

  /// The value that a text says.
  ///
  /// - Parameters:
  ///   - text: JSON.
  ///   - source: the file or option that errors and places name.
  ///   - hasLines: whether places name a line too.
  /// - Returns: the value, with the places of its parts.
  /// - Throws: `InputError` for text that is not JSON, a duplicate key, or nesting beyond `maximumDepth`.
  public static func parse(_ text: String, source: String, hasLines: Bool = true) throws -> JSONValue {
    var parser = JSONParser(bytes: Array(text.utf8), source: source, hasLines: hasLines)
    return try parser.document()
  }
}

/// A recursive-descent parser of JSON, its depth bounded.
private struct JSONParser {
  let bytes: [UInt8]
  let source: String
  let hasLines: Bool
  var index = 0
  var line = 1

  init(bytes: [UInt8], source: String, hasLines: Bool) {
    self.bytes = bytes
    self.source = source
    self.hasLines = hasLines
  }

  var place: JSONValue.Place { .init(source: source, line: hasLines ? line : nil) }
  var next: UInt8? { index < bytes.count ? bytes[index] : nil }

  mutating func document() throws -> JSONValue {
    let value = try value(depth: 0)
    skipSpace()
    if next != nil { throw unexpected(expected: "the end of the file") }
    return value
  }

  mutating func value(depth: Int) throws -> JSONValue {
    skipSpace()
    guard depth < JSONValue.maximumDepth else {
      throw InputError(at: place.description, "nested more than \(JSONValue.maximumDepth) levels deep")
    }
    let start = place
    switch next {
    case UInt8(ascii: "{"): return JSONValue(.object(try members(depth: depth)), at: start)
    case UInt8(ascii: "["): return JSONValue(.list(try elements(depth: depth)), at: start)
    case UInt8(ascii: "\""): return JSONValue(.text(try string()), at: start)
    case .some(let byte) where byte == UInt8(ascii: "-") || byte.isDigit:
      return JSONValue(.number(try number()), at: start)
    default:
      let words: [(String, JSONValue.Content)] = [("true", .flag(true)), ("false", .flag(false)), ("null", .null)]
      for (word, content) in words where bytes[index...].starts(with: word.utf8) {
        index += word.utf8.count
        return JSONValue(content, at: start)
      }
      throw unexpected(expected: "a value")
    }
  }

  mutating func members(depth: Int) throws -> [JSONValue.Member] {
    index += 1
    var members: [JSONValue.Member] = []
    var seen: [String: JSONValue.Place] = [:]
    skipSpace()
    if take("}") { return members }
    while true {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw unexpected(expected: "a key in double quotes") }
      let start = place
      let key = try string()
      if let first = seen.updateValue(start, forKey: key) {
        let earlier = first.line.map { " (first in line \($0))" } ?? ""
        throw InputError(at: start.description, "key \(JSONValue.quoted(key)) is given twice\(earlier)")
      }
      skipSpace()
      guard take(":") else { throw unexpected(expected: "a colon after \(JSONValue.quoted(key))") }
      members.append(.init(key: key, value: try value(depth: depth + 1)))
      skipSpace()
      if take("}") { return members }
      guard take(",") else { throw unexpected(expected: "a comma or } after the value of \(JSONValue.quoted(key))") }
    }
  }

  mutating func elements(depth: Int) throws -> [JSONValue] {
    index += 1
    var values: [JSONValue] = []
    skipSpace()
    if take("]") { return values }
    while true {
      values.append(try value(depth: depth + 1))
      skipSpace()
      if take("]") { return values }
      guard take(",") else { throw unexpected(expected: "a comma or ] after a list's value") }
    }
  }

  mutating func number() throws -> String {
    let start = index
    _ = take("-")
    if !take("0") { try digits() }
    if take(".") { try digits() }
    if take("e") || take("E") {
      if !take("+") { _ = take("-") }
      try digits()
    }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  mutating func digits() throws {
    let start = index
    while next?.isDigit == true { index += 1 }
    if index == start { throw unexpected(expected: "a digit") }
  }

  mutating func string() throws -> String {
    index += 1
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

  mutating func escape() throws -> Character {
    let plain: [UInt8: Character] = [
      UInt8(ascii: "\""): "\"", UInt8(ascii: "\\"): "\\", UInt8(ascii: "/"): "/", UInt8(ascii: "b"): "\u{8}",
      UInt8(ascii: "f"): "\u{c}", UInt8(ascii: "n"): "\n", UInt8(ascii: "r"): "\r", UInt8(ascii: "t"): "\t",
    ]
    if let byte = next, let character = plain[byte] {
      index += 1
      return character
    }
    guard take("u") else { throw unexpected(expected: "one of \" \\ / b f n r t u after a backslash") }
    var code = try hexadecimal()
    if (0xd800..<0xdc00).contains(code), take("\\") {
      guard take("u") else { throw unexpected(expected: "the second half of a surrogate pair") }
      let low = try hexadecimal()
      guard (0xdc00..<0xe000).contains(low) else { throw unexpected(expected: "the second half of a surrogate pair") }
      code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
    }
    guard let scalar = Unicode.Scalar(code) else { throw unexpected(expected: "a pair of surrogates") }
    return Character(scalar)
  }

  mutating func hexadecimal() throws -> UInt32 {
    let digits = bytes[index...].prefix(4)
    guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let code = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw unexpected(expected: "four hexadecimal digits after \\u") }
    index += 4
    return code
  }

  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  mutating func skipSpace() {
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\n"): line += 1
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): break
      default: return
      }
      index += 1
    }
  }

  func unexpected(expected: String) -> InputError {
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
