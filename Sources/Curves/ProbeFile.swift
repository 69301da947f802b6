import Platform

/// What probes found, as comma-separated values: a header, then a row a value.
///
/// Numbers are the shortest texts that read back as the same bits; layer and head are empty where a value has none.
public enum ProbeFile {
  /// The columns in their order.
  public static let columns = [
    "experiment", "arm", "position", "learning_rate_peak", "seed", "step", "probe", "layer", "head", "value",
  ]

  /// The first line.
  public static var header: String { columns.joined(separator: ",") }

  /// A row's line, without a line break.
  public static func line(_ row: ProbeRow) -> String {
    let found = row.found
    return [
      row.experiment, row.run.arm, row.position, row.run.learningRate.shortText, String(row.run.seed), String(row.step),
      found.probe, found.layer.map(String.init) ?? "", found.head.map(String.init) ?? "", found.value.shortText,
    ].joined(separator: ",")
  }

  /// The whole file's text.
  public static func text(_ rows: some Sequence<ProbeRow>) -> String {
    ([header] + rows.map(line)).joined(separator: "\n") + "\n"
  }

  /// The rows of a file.
  ///
  /// - Parameters:
  ///   - path: where it lies.
  ///   - isGrowing: whether rows are being added to it, so that the last line may not be whole yet and is passed over.
  /// - Returns: the rows in the file's order.
  /// - Throws: `InputError` naming file, line and column of what is not as `text` writes it.
  public static func read(_ path: String, isGrowing: Bool = false) throws -> [ProbeRow] {
    try rows(of: CommaSeparated.text(path, as: "what probes found", isGrowing: isGrowing), source: path)
  }

  /// The rows that a text holds.
  ///
  /// - Parameters:
  ///   - text: the header and the rows; lines may end as Windows ends them.
  ///   - source: the file that errors name.
  /// - Returns: the rows in the text's order.
  /// - Throws: `InputError` naming file, line and column.
  public static func rows(of text: String, source: String) throws -> [ProbeRow] {
    var lines = CommaSeparated.lines(of: text)[...]
    guard lines.popFirst() == columns else {
      throw InputError(at: "\(source):1", "not the header of what probes found", expected: header)
    }
    return try lines.enumerated().map { i, fields in
      let line = try FieldReader(fields, columns: columns, place: "\(source):\(i + 2)")
      guard let value = try line.measurement(9) else { throw line.mismatch(9, expected: "a number") }
      return ProbeRow(
        experiment: fields[0], position: fields[2],
        run: RunKey(arm: fields[1], learningRate: try line.number(3), seed: try line.whole(4)), step: try line.whole(5),
        found: ProbeValue(
          probe: fields[6], layer: try line.wholeIfAny(7), head: try line.wholeIfAny(8), value: value))
    }
  }
}
