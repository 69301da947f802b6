import Platform

/// The report of an experiment: tables, pictures and a finding, all from its curves.
public struct Report: Sendable {
  /// The statistics that everything here says.
  public let analysis: Analysis

  /// A report on an experiment's statistics.
  public init(_ analysis: Analysis) {
    self.analysis = analysis
  }

  /// What was found: a sentence an arm, each on a line of its own.
  public var finding: String { Finding(analysis: analysis).sentences.joined(separator: "\n") }
  /// A table for a terminal.
  public var table: String { TerminalTable(analysis: analysis).text }
  /// The text of `summary.csv`.
  public var summaryCSV: String { SummaryFile.text(analysis) }
  /// The text of `summary.md`.
  public var summaryMarkdown: String { SummaryPage(analysis: analysis).markdown }
  /// The text of `curves.svg`.
  public var curvesSVG: String { CurvePicture(analysis: analysis).svg }
  /// The text of `speedup.svg`.
  public var speedUpSVG: String { SpeedUpPicture(analysis: analysis).svg }

  /// The text of `rates.svg`, which an experiment with several learning rates has.
  public var ratesSVG: String { RatePicture(analysis: analysis).svg }

  /// The report's files, name and text, in the order in which they are listed.
  private var files: [(name: String, text: String)] {
    let pictures = [("curves.svg", curvesSVG), ("speedup.svg", speedUpSVG)]
    let rates = analysis.study.learningRates.count > 1 ? [("rates.svg", ratesSVG)] : []
    return [("summary.csv", summaryCSV), ("summary.md", summaryMarkdown)] + pictures + rates
  }

  /// Writes the tables and the pictures: `summary.csv`, `summary.md`, `curves.svg`, `speedup.svg`, and `rates.svg` where
  /// there are several learning rates.
  ///
  /// - Returns: the paths of the files.
  /// - Throws: `InputError` if the folder cannot be written.
  @discardableResult
  public func write(to folder: String) throws -> [String] {
    try files.map { name, text in
      try Files.write(text, to: "\(folder)/\(name)")
      return "\(folder)/\(name)"
    }
  }
}
