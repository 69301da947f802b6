import Platform

/// A JSON value (RFC 8259) that remembers where it was written, so that an error can say it.
///
/// Foundation's decoder names neither the line nor a duplicate key; people need both to mend a file.
/// Two values are equal if they say the same, wherever it was written.
public struct JSONValue: Sendable, Equatable {
  /// What the value is.
  public var content: Content
  /// Where it was written.
  public var place: Place

  /// The kinds of JSON values.
  ///
  /// A number keeps its text: what it may be depends on the key it belongs to.
  public indirect enum Content: Sendable, Equatable {
    /// `null`.
    case null
    /// `true` or `false`.
    case flag(Bool)
    /// A number as it was written.
    case number(String)
    /// A string, its escapes resolved.
    case text(String)
    /// Values in order.
    case list([JSONValue])
    /// Keys and values in the order of the file, no key twice.
    case object([Member])

    /// Whether two values say the same, texts byte by byte.
    public static func == (a: Content, b: Content) -> Bool {
      switch (a, b) {
      case (.null, .null): true
      case (.flag(let a), .flag(let b)): a == b
      case (.number(let a), .number(let b)), (.text(let a), .text(let b)): a.hasSameBytes(as: b)
      case (.list(let a), .list(let b)): a == b
      case (.object(let a), .object(let b)): a == b
      default: false
      }
    }
  }

  /// A key and its value.
  public struct Member: Sendable, Equatable {
    /// The key.
    public var key: String
    /// Its value.
    public var value: JSONValue

    /// Whether two members have the same key, byte by byte, and the same value.
    public static func == (a: Member, b: Member) -> Bool { a.key.hasSameBytes(as: b.key) && a.value == b.value }

    /// A key and its value.
    public init(key: String, value: JSONValue) {
      self.key = key
      self.value = value
    }
  }

  /// Where a value was written: a file and its line, or an option of the command line.
  public struct Place: Sendable, CustomStringConvertible {
    /// The file's path, or the option's text.
    public var source: String
    /// The line, from 1; `nil` for what has no lines.
    public var line: Int?

    /// `file:line`, or the option.
    public var description: String { line.map { "\(source):\($0)" } ?? source }

    /// A place in a file, or an option, which has no lines.
    public init(source: String, line: Int?) {
      self.source = source
      self.line = line
    }

    /// For what the program itself says.
    public static let program = Place(source: "default", line: nil)
  }

  /// A value at a place.
  public init(_ content: Content, at place: Place = .program) {
    self.content = content
    self.place = place
  }

  /// A whole number.
  public init(_ value: Int) { self.init(.number(String(value))) }
  /// A number; one that is not finite, which JSON cannot say, becomes `null`.
  public init(_ value: Double) { self.init(value.isFinite ? .number(value.shortText) : .null) }
  /// A truth value.
  public init(_ value: Bool) { self.init(.flag(value)) }
  /// A string.
  public init(_ value: String) { self.init(.text(value)) }
  /// An object of keys in order.
  public init(members: [(String, JSONValue)]) {
    self.init(.object(members.map { Member(key: $0.0, value: $0.1) }))
  }

  /// Whether two values say the same.
  public static func == (a: JSONValue, b: JSONValue) -> Bool { a.content == b.content }

  /// The value of a key of an object; `nil` if there is none, it is `null`, or this is no object.
  public subscript(key: String) -> JSONValue? {
    let value = members?.first { $0.key.hasSameBytes(as: key) }?.value
    guard let value, value.content != .null else { return nil }
    return value
  }

  /// The members of an object.
  public var members: [Member]? { if case .object(let members) = content { members } else { nil } }
  /// The values of a list.
  public var list: [JSONValue]? { if case .list(let values) = content { values } else { nil } }
  /// The text of a string.
  public var text: String? { if case .text(let text) = content { text } else { nil } }
  /// The truth value.
  public var flag: Bool? { if case .flag(let flag) = content { flag } else { nil } }
  /// The number as a `Double`; `nil` for one beyond its range.
  public var number: Double? {
    guard case .number(let text) = content, let value = Double(text), value.isFinite else { return nil }
    return value
  }
  /// The number if it is whole (`1e3` is 1000) and exactly representable.
  public var integer: Int? {
    guard case .number(let text) = content else { return nil }
    if let value = Int(text) { return value }
    guard let value = number, abs(value) <= 0x1p53 else { return nil }
    return Int(exactly: value)
  }

  /// The value on one line, cut short, for an error's text.
  public var excerpt: String {
    let text = serialized(indentation: nil)
    // Of scalars, not of characters: one of these has no end.
    let scalars = text.unicodeScalars
    return scalars.count > 60 ? String(scalars.prefix(57)) + "…" : text
  }

  /// Puts a value in place of a key's old one, or adds it at the end of an object.
  public mutating func set(_ key: String, to value: JSONValue) {
    var members = self.members ?? []
    if let i = members.firstIndex(where: { $0.key.hasSameBytes(as: key) }) {
      members[i].value = value
    } else {
      members.append(Member(key: key, value: value))
    }
    content = .object(members)
  }

  /// The text of the value: on one line, or indented, lists of plain values always on one line.
  ///
  /// - Parameter indentation: the columns of the line it stands on; `nil` for all on one line.
  /// - Returns: the text, without a line break at its end.
  public func serialized(indentation: Int? = 0) -> String {
    switch content {
    case .null: return "null"
    case .flag(let flag): return flag ? "true" : "false"
    case .number(let text): return text
    case .text(let text): return text.quoted
    case .list(let values):
      let isPlain = values.allSatisfy { $0.list == nil && $0.members == nil }
      let inner = isPlain ? nil : indentation.map { $0 + 2 }
      return JSONValue.enclosed("[", values.map { $0.serialized(indentation: inner) }, "]", indentation: inner)
    case .object(let members):
      let inner = indentation.map { $0 + 2 }
      let texts = members.map { "\($0.key.quoted): \($0.value.serialized(indentation: inner))" }
      return JSONValue.enclosed("{", texts, "}", indentation: inner)
    }
  }

  private static func enclosed(_ open: String, _ parts: [String], _ close: String, indentation: Int?) -> String {
    guard let indentation, !parts.isEmpty else { return open + parts.joined(separator: ", ") + close }
    let margin = "\n" + String(repeating: " ", count: indentation)
    return open + margin + parts.joined(separator: "," + margin) + margin.dropLast(2) + close
  }
}

extension JSONValue {
  /// The largest file that is read as a tree: an experiment is a page or two.
  public static let maximumByteCount = 1 << 20

  /// The value in a file.
  ///
  /// - Parameters:
  ///   - path: where the file lies.
  ///   - what: what the file is for, for the errors' texts.
  ///   - maximumByteCount: the largest file that is read.
  /// - Returns: the value, with the places of its parts.
  /// - Throws: `InputError` naming the file and, where there is one, the line.
  public static func read(
    _ path: String, as what: String, maximumByteCount: Int = maximumByteCount
  ) throws -> JSONValue {
    let text = try Files.readText(path, as: what)
    guard text.utf8.count <= maximumByteCount else {
      throw InputError(
        at: path, "has \(text.utf8.count) bytes", expected: "\(what) of at most \(maximumByteCount) bytes")
    }
    guard text.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) else {
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
  /// - Throws: `InputError` for text that is not JSON, a duplicate key, or nesting beyond `JSONReader.maximumDepth`.
  public static func parse(_ text: String, source: String, hasLines: Bool = true) throws -> JSONValue {
    var reader = JSONReader(Array(text.utf8), source: source, hasLines: hasLines)
    let value = try reader.value()
    try reader.end()
    return value
  }
}
