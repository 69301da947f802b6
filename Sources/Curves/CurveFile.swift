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
    let text = try CommaSeparated.text(path, as: "learning curves", isGrowing: isGrowing)
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
    var lines = CommaSeparated.lines(of: text)[...]
    guard let names = lines.popFirst(), let measures = measures(inHeader: names) else {
      throw InputError(at: "\(source):1", "not the header of learning curves", expected: header)
    }
    return try lines.enumerated().map { i, fields in
      try row(FieldReader(fields, columns: names, place: "\(source):\(i + 2)"), measures)
    }
  }

  private static func row(_ line: FieldReader, _ measures: [Measure]) throws -> CurveRow {
    var point = CurvePoint(step: try line.whole(5), tokens: try line.whole(6), elapsedSeconds: try line.number(7))
    for (i, measure) in measures.enumerated() { point[measure] = try line.measurement(placeColumns.count + i) }
    return CurveRow(
      experiment: line.fields[0], arm: line.fields[1], position: line.fields[2], learningRatePeak: try line.number(3),
      seed: try line.whole(4), point: point)
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
}
