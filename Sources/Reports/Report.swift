import Platform

/// The report of an experiment: tables, pictures and a finding, all from its curves.
public struct Report: Sendable {
  /// The statistics that everything here says.
  public let analysis: Analysis

  /// A report on an experiment's statistics.
  public init(_ analysis: Analysis) {
    self.analysis = analysis
  }

  /// What was found, in one sentence.
  public var finding: String { Finding(analysis: analysis).sentence }
  /// A table for a terminal.
  public var table: String { Summary(analysis: analysis).terminal }
  /// The text of `summary.csv`.
  public var summaryCSV: String { SummaryFile.text(analysis) }
  /// The text of `summary.md`.
  public var summaryMarkdown: String { Summary(analysis: analysis).markdown }
  /// The text of `curves.svg`.
  public var curvesSVG: String { CurvePicture(analysis: analysis).svg }
  /// The text of `speedup.svg`.
  public var speedUpSVG: String { SpeedUpPicture(analysis: analysis).svg }

  /// Writes `summary.csv`, `summary.md`, `curves.svg` and `speedup.svg`.
  ///
  /// - Returns: the paths of the files.
  /// - Throws: `InputError` if the folder cannot be written.
  @discardableResult
  public func write(to folder: String) throws -> [String] {
    try [
      ("summary.csv", summaryCSV), ("summary.md", summaryMarkdown), ("curves.svg", curvesSVG),
      ("speedup.svg", speedUpSVG),
    ].map { name, text in
      try Files.write(text, to: "\(folder)/\(name)")
      return "\(folder)/\(name)"
    }
  }
}
