import Formats
import Foundation
import Platform

/// Learning curves as comma-separated values: a header, then a row a point.
///
/// Numbers are the shortest texts that read back as the same bits, with a point whatever the locale; a field is empty
/// where nothing was measured. Nothing is ever quoted, since names hold no commas. A loss that left the numbers is
/// written `nan` or `inf`, as Python and gnuplot read it.
public enum CurveFile {
  /// The columns that every row fills: which run it is, and how far it is.
  package static let placeColumns = [
    "experiment", "arm", "position", "learning_rate_peak", "seed", "step", "tokens", "elapsed_seconds",
  ]

  /// The columns in their order, units in the names: the run and its progress, then every measure.
  public static let columns = placeColumns + Measure.all.map(\.name)

  /// Where the step stands in a row.
  package static let stepColumn = 5

  /// The first line.
  public static var header: String { columns.joined(separator: ",") }

  /// A row's line, without a line break.
  public static func line(_ row: CurveRow) -> String {
    let point = row.point
    let place = [
      row.experiment, row.arm, row.position, row.learningRatePeak.shortText, String(row.seed), String(point.step),
      String(point.tokens), point.elapsedSeconds.shortText,
    ]
    let fields = place + Measure.all.map { point[$0]?.shortText ?? "" }
    return fields.joined(separator: ",")
  }

  /// The whole file's text.
  public static func text(_ rows: some Sequence<CurveRow>) -> String {
    ([header] + rows.map(line)).joined(separator: "\n") + "\n"
  }

  /// The rows of a file.
  ///
  /// - Parameters:
  ///   - path: where it lies.
  ///   - isGrowing: whether rows are being added to it, so that the last line may not be whole yet and is passed over.
  /// - Returns: the rows in the file's order.
  /// - Throws: `InputError` naming file, line and column of what is not as `text` writes it.
  public static func read(_ path: String, isGrowing: Bool = false) throws -> [CurveRow] {
    var text = try Files.readText(path, as: "learning curves")
    if isGrowing, let end = text.utf8.lastIndex(of: UInt8(ascii: "\n")) {
      text.removeSubrange(text.utf8.index(after: end)...)
    }
    return try rows(of: text, source: path)
  }

  /// The rows that a text holds.
  ///
  /// - Parameters:
  ///   - text: the header and the rows; lines may end as Windows ends them.
  ///   - source: the file that errors name.
  /// - Returns: the rows in the text's order.
  /// - Throws: `InputError` naming file, line and column.
  public static func rows(of text: String, source: String) throws -> [CurveRow] {
    var lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)[...]
    if lines.last?.isEmpty == true { lines.removeLast() }
    guard let first = lines.popFirst(), let measures = measures(inHeader: fields(first)) else {
      throw InputError(at: "\(source):1", "not the header of learning curves", expected: header)
    }
    var rows: [CurveRow] = []
    rows.reserveCapacity(lines.count)
    for (i, line) in lines.enumerated() {
      rows.append(try RowReader(fields: fields(line), measures: measures, place: "\(source):\(i + 2)").row())
    }
    return rows
  }

  /// The measures that a header names; `nil` if it is no header.
  ///
  /// A file that was written before a measure joined the list lacks its column.
  private static func measures(inHeader names: [String]) -> [Measure]? {
    guard names.starts(with: placeColumns) else { return nil }
    let measures = names.dropFirst(placeColumns.count).map(Measure.init(named:))
    let known = measures.compactMap(\.self)
    return known.count == measures.count && Set(known).count == known.count ? known : nil
  }

  private static func fields(_ line: Substring.UTF8View) -> [String] {
    let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
    return line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map {
      String(decoding: Array($0), as: UTF8.self)
    }
  }
}

/// Reads the fields of one line.
private struct RowReader {
  let fields: [String]
  /// What the columns after those of the place are.
  let measures: [Measure]
  let place: String

  func row() throws -> CurveRow {
    let columnCount = CurveFile.placeColumns.count + measures.count
    guard fields.count == columnCount else {
      throw InputError(at: place, fields.count.counted("field"), expected: "\(columnCount)")
    }
    var point = CurvePoint(step: try whole(5), tokens: try whole(6), elapsedSeconds: try number(7))
    for (i, measure) in measures.enumerated() {
      let column = CurveFile.placeColumns.count + i
      point[measure] = try measurement(fields[column], measure)
    }
    return CurveRow(
      experiment: fields[0], arm: fields[1], position: fields[2], learningRatePeak: try number(3),
      seed: try whole(4), point: point)
  }

  private func whole(_ column: Int) throws -> Int {
    guard let value = Int(fields[column]), value >= 0 else {
      throw mismatch(CurveFile.placeColumns[column], fields[column], expected: "a whole number from 0")
    }
    return value
  }

  private func number(_ column: Int) throws -> Double {
    guard let value = Double(fields[column]), value.isFinite else {
      throw mismatch(CurveFile.placeColumns[column], fields[column], expected: "a finite number")
    }
    return value
  }

  /// A measurement: it may be missing, and may have left the finite numbers.
  private func measurement(_ field: String, _ measure: Measure) throws -> Double? {
    if field.isEmpty { return nil }
    guard let value = Double(field) else {
      throw mismatch(measure.name, field, expected: "a number or nothing")
    }
    return value
  }

  private func mismatch(_ column: String, _ field: String, expected: String) -> InputError {
    InputError(at: place, "\(column) is \(JSONValue(field).excerpt)", expected: expected)
  }
}
