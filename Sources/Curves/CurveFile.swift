import Formats
import Foundation
import Platform

/// Learning curves as comma-separated values: a header, then a row a point.
///
/// Numbers are the shortest texts that read back as the same bits, with a point whatever the locale; a field is empty
/// where nothing was measured. Nothing is ever quoted, since names hold no commas. A loss that left the numbers is
/// written `nan` or `inf`, as Python and gnuplot read it.
public enum CurveFile {
  /// The columns in their order, units in the names.
  public static let columns = [
    "experiment", "arm", "position", "learning_rate_peak", "seed", "step", "tokens", "elapsed_seconds",
    "learning_rate", "gradient_norm", "train_loss_nats", "validation_loss_nats", "validation_accuracy",
  ]

  /// Where the step stands in a row.
  package static let stepColumn = 5

  /// The first line.
  public static var header: String { columns.joined(separator: ",") }

  /// A row's line, without a line break.
  public static func line(_ row: CurveRow) -> String {
    let point = row.point
    let fields: [String] =
      [row.experiment, row.arm, row.position, row.learningRatePeak.shortText, String(row.seed)]
      + [String(point.step), String(point.tokens), point.elapsedSeconds.shortText]
      + [
        point.learningRate, point.gradientNorm, point.trainLossNats, point.validationLossNats, point.validationAccuracy,
      ].map { $0?.shortText ?? "" }
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
    guard let first = lines.popFirst(), field(first.filter { $0 != UInt8(ascii: "\r") }) == header else {
      throw InputError(at: "\(source):1", "not the header of learning curves", expected: header)
    }
    var rows: [CurveRow] = []
    rows.reserveCapacity(lines.count)
    for (i, bytes) in lines.enumerated() {
      let bytes = bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes
      let fields = bytes.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map { field($0) }
      rows.append(try RowReader(fields: fields, place: "\(source):\(i + 2)").row())
    }
    return rows
  }

  private static func field(_ bytes: some Sequence<UInt8>) -> String { String(decoding: Array(bytes), as: UTF8.self) }
}

/// Reads the fields of one line.
private struct RowReader {
  let fields: [String]
  let place: String

  func row() throws -> CurveRow {
    guard fields.count == CurveFile.columns.count else {
      throw InputError(at: place, fields.count.counted("field"), expected: "\(CurveFile.columns.count)")
    }
    var point = CurvePoint(step: try whole(5), tokens: try whole(6), elapsedSeconds: try number(7))
    point.learningRate = try optionalNumber(8)
    point.gradientNorm = try optionalNumber(9)
    point.trainLossNats = try optionalNumber(10)
    point.validationLossNats = try optionalNumber(11)
    point.validationAccuracy = try optionalNumber(12)
    return CurveRow(
      experiment: fields[0], arm: fields[1], position: fields[2], learningRatePeak: try number(3),
      seed: try whole(4), point: point)
  }

  private func whole(_ column: Int) throws -> Int {
    guard let value = Int(fields[column]), value >= 0 else { throw mismatch(column, expected: "a whole number from 0") }
    return value
  }

  private func number(_ column: Int) throws -> Double {
    guard let value = Double(fields[column]), value.isFinite else {
      throw mismatch(column, expected: "a finite number")
    }
    return value
  }

  /// A measurement: it may be missing, and may have left the finite numbers.
  private func optionalNumber(_ column: Int) throws -> Double? {
    if fields[column].isEmpty { return nil }
    guard let value = Double(fields[column]) else { throw mismatch(column, expected: "a number or nothing") }
    return value
  }

  private func mismatch(_ column: Int, expected: String) -> InputError {
    InputError(at: place, "\(CurveFile.columns[column]) is \(JSONValue(fields[column]).excerpt)", expected: expected)
  }
}
