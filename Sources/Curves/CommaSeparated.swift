import Formats
import Platform

/// Lines of values between commas, none of which is ever quoted: names hold no commas.
enum CommaSeparated {
  /// The text of a file.
  ///
  /// - Parameters:
  ///   - path: where it lies.
  ///   - kind: what it holds, for the error.
  ///   - isGrowing: whether lines are being added to it, so that the last one may not be whole yet and is passed over.
  /// - Returns: the text.
  /// - Throws: `InputError` if the file cannot be read or is not UTF-8.
  static func text(_ path: String, as kind: String, isGrowing: Bool) throws -> String {
    var text = try Files.readText(path, as: kind)
    if isGrowing, let end = text.utf8.lastIndex(of: UInt8(ascii: "\n")) {
      text.removeSubrange(text.utf8.index(after: end)...)
    }
    return text
  }

  /// The fields of each line of a text; lines may end as Windows ends them, and the last need not end.
  static func lines(of text: String) -> [[String]] {
    var lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)[...]
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines.map(fields)
  }

  private static func fields(_ line: Substring.UTF8View) -> [String] {
    let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
    return line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map {
      String(decoding: Array($0), as: UTF8.self)
    }
  }
}

/// The fields of one line, read by column.
struct FieldReader {
  /// The fields.
  let fields: [String]
  /// The names of their columns, of which there are no more.
  let columns: [String]
  /// The file and the line, for errors.
  let place: String

  /// A line's fields.
  ///
  /// - Throws: `InputError` if there are more or fewer fields than columns.
  init(_ fields: [String], columns: [String], place: String) throws {
    guard fields.count == columns.count else {
      throw InputError(at: place, fields.count.counted("field"), expected: "\(columns.count)")
    }
    (self.fields, self.columns, self.place) = (fields, columns, place)
  }

  /// A whole number from 0 on.
  func whole(_ column: Int) throws -> Int {
    guard let value = Int(fields[column]), value >= 0 else {
      throw mismatch(column, expected: "a whole number from 0")
    }
    return value
  }

  /// A whole number from 0 on; `nil` for an empty field.
  func wholeIfAny(_ column: Int) throws -> Int? { fields[column].isEmpty ? nil : try whole(column) }

  /// A finite number.
  func number(_ column: Int) throws -> Double {
    guard let value = Double(fields[column]), value.isFinite else {
      throw mismatch(column, expected: "a finite number")
    }
    return value
  }

  /// A number, which may have left the finite ones; `nil` for an empty field.
  func measurement(_ column: Int) throws -> Double? {
    if fields[column].isEmpty { return nil }
    guard let value = Double(fields[column]) else { throw mismatch(column, expected: "a number or nothing") }
    return value
  }

  /// What is wrong with a field.
  func mismatch(_ column: Int, expected: String) -> InputError {
    InputError(at: place, "\(columns[column]) is \(JSONValue(fields[column]).excerpt)", expected: expected)
  }
}
