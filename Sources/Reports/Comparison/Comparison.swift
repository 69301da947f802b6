import Platform

/// Several experiments in one table and one figure: a row an experiment, arm, baseline and target.
public struct Comparison: Sendable {
  /// The experiments, in the order in which they are listed.
  public let entries: [Entry]

  /// An experiment and what it is called.
  public struct Entry: Sendable {
    /// What tells it from the others, such as `toy text, tiny`.
    public let label: String
    /// Its statistics.
    public let analysis: Analysis

    /// An experiment under a label.
    public init(label: String, analysis: Analysis) {
      self.label = label
      self.analysis = analysis
    }
  }

  /// A comparison of experiments.
  public init(_ entries: [Entry]) {
    self.entries = entries
  }

  /// The tables for a terminal.
  public var table: String { ComparisonPage(comparison: self).plain }
  /// The text of `comparison.csv`.
  public var csv: String { ComparisonFile.text(self) }
  /// The text of `comparison.md`.
  public var markdown: String { ComparisonPage(comparison: self).markdown }
  /// The text of `comparison.svg`, of the arms of one family of positions.
  ///
  /// - Parameter position: the family.
  /// - Returns: the text.
  public func svg(position: String = "rotary") -> String { ForestPicture(comparison: self, position: position).svg }

  /// Writes `comparison.csv`, `comparison.md` and `comparison.svg`.
  ///
  /// - Returns: the paths of the files.
  /// - Throws: `InputError` if the folder cannot be written.
  @discardableResult
  public func write(to folder: String) throws -> [String] {
    try [("comparison.csv", csv), ("comparison.md", markdown), ("comparison.svg", svg())].map { name, text in
      try Files.write(text, to: "\(folder)/\(name)")
      return "\(folder)/\(name)"
    }
  }

  // MARK: - Rows

  /// An arm beside a baseline in one of the experiments, at one target.
  struct Row {
    /// The experiment.
    let entry: Entry
    /// What came of it.
    let outcome: Outcome

    /// The family of the baseline's positions, by which rows are put together.
    ///
    /// Experiments may have unlike baselines of one family, such as the soonest of several variants.
    var baselinePosition: String {
      entry.analysis.study.arm(named: outcome.baseline)?.position ?? outcome.baseline
    }

    /// Whether arm and baseline have positions of one family, as a sham arm has: what tells them apart is chance, or a
    /// detail of the encoding.
    var isWithinFamily: Bool { baselinePosition == outcome.arm.position }

    /// The name of the file that was learned from.
    var corpus: String {
      let path = entry.analysis.study.origin.corpus
      return path.split(separator: "/").last.map(String.init) ?? path
    }
  }

  /// Rows whose baselines have positions of one family.
  struct Group {
    /// The family.
    let position: String
    /// The rows, in the order in which they came.
    let rows: [Row]

    /// What the rows are compared with: `sinusoidal positions`.
    var baselines: String { "\(position == "none" ? "no" : position) positions" }
  }

  /// The rows in which an arm is compared with another, each at the rate chosen for it: experiments outermost, then arms
  /// and their baselines, then targets.
  ///
  /// Runs that tune have none: their seeds enter no result.
  var rows: [Row] {
    entries.filter { $0.analysis.study.stage != .tuning }.flatMap { entry in
      entry.analysis.outcomes
        .filter { $0.selection == .best && $0.target != nil && !$0.isBaseline }
        .map { Row(entry: entry, outcome: $0) }
    }
  }

  /// Some rows by the family of the baseline's positions, families in the order in which they come.
  static func groups(_ rows: [Row]) -> [Group] {
    rows.map(\.baselinePosition).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
      .map { position in Group(position: position, rows: rows.filter { $0.baselinePosition == position }) }
  }
}
