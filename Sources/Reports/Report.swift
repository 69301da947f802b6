import Curves
import Platform

/// The report of an experiment: tables, pictures and a finding, all from its curves.
public struct Report: Sendable {
  /// The statistics of the experiment's stages, in the order in which they were run.
  public let stages: [Analysis]
  /// What probes saw of the stages' runs, in their order; a stage whose runs were not looked into has none.
  public let probes: [ProbeAnalysis]
  /// Whether runs are under way.
  private let isRunning: Bool

  /// The statistics that the report is about: those of the evaluation, or, while there is none, of the last stage.
  public var analysis: Analysis { stage(.evaluation) ?? stages[stages.count - 1] }

  /// A report on an experiment's statistics.
  ///
  /// - Parameters:
  ///   - stages: of its stages, in the order in which they were run.
  ///   - probed: what probes saw of their runs; may be empty.
  ///   - isRunning: whether runs are under way.
  /// - Precondition: there is a stage.
  public init(stages: [Analysis], probed: [ProbeRow] = [], isRunning: Bool = false) {
    precondition(!stages.isEmpty, "Report: no stage")
    self.stages = stages
    probes = stages.compactMap { ProbeAnalysis($0, lines: probed) }
    self.isRunning = isRunning
  }

  /// A report on an experiment with one stage.
  public init(_ analysis: Analysis) {
    self.init(stages: [analysis])
  }

  /// The statistics of a stage; `nil` if it has no runs yet.
  public func stage(_ stage: Study.Stage) -> Analysis? { stages.first { $0.study.stage == stage } }

  /// The stages as they are listed: the one that the report is about first.
  private var listed: [Analysis] { [analysis] + stages.filter { $0.study.stage != analysis.study.stage } }
  /// The stage whose learning rates were swept: the tuning, if there was one.
  private var swept: Analysis { stage(.tuning) ?? analysis }

  /// What was found: a sentence an arm, each on a line of its own.
  public var finding: String {
    let quality = analysis.study.stage == .quality ? nil : stage(.quality)
    let ends = quality.map { quality in quality.gaps.map { $0.budgetSentence(in: quality.study) } } ?? []
    return (Finding(analysis: analysis).sentences + ends + lost + edges).joined(separator: "\n")
  }
  /// A sentence for each arm that has no learning rate, as all its tuning runs diverged.
  private var lost: [String] {
    guard let tuning = stage(.tuning) else { return [] }
    return tuning.study.arms.filter { arm in
      let runs = tuning.runs.filter { $0.cell.arm.name == arm.name }
      return !runs.isEmpty && runs.allSatisfy(\.hasDiverged)
    }.map { "\($0.name) was not evaluated: every tuning run of it diverged." }
  }
  /// A sentence for each arm whose learning rate the tuning could not find inside its grid.
  private var edges: [String] {
    guard analysis.study.stage != .tuning, let tuning = stage(.tuning) else { return [] }
    return tuning.rateChoices.filter { !$0.isInterior }.map { choice in
      "\(choice.arm)'s learning rate, \(choice.rate.shortText), lies at the edge of the grid that was tuned on: a better one "
        + "may lie beyond."
    }
  }

  /// A table for a terminal.
  public var table: String { TerminalTable(analysis: analysis).text }
  /// The text of `summary.csv`.
  public var summaryCSV: String { SummaryFile.text(listed) }
  /// The text of `summary.md`.
  public var summaryMarkdown: String {
    SummaryPage(
      analysis: analysis, probes: probed.map { ProbeSection(probes: $0).markdown } ?? [],
      stages: StageSections(self).markdown
    ).markdown
  }

  /// What probes saw of the runs that the report is about.
  private var probed: ProbeAnalysis? { probes.first { $0.analysis.study.stage == analysis.study.stage } }

  /// The text of `probes.svg`, which an experiment with probes has.
  public var probesSVG: String? { probed.map { ProbePicture(probes: $0).svg } }

  /// The text of `plateau.csv`, which it has where the order gap was probed.
  public var plateauCSV: String? {
    probes.contains { $0.probes.contains(Plateau.probe) } ? PlateauFile.text(probes) : nil
  }

  /// The text of `curves.svg`.
  public var curvesSVG: String { CurvePicture(analysis: analysis).svg }
  /// The text of `speedup.svg`.
  public var speedUpSVG: String { SpeedUpPicture(analysis: analysis).svg }

  /// The text of `rates.svg`, which an experiment with several learning rates has.
  public var ratesSVG: String { RatePicture(analysis: swept).svg }

  /// The text of `sensitivity.csv`, which it has too.
  public var sensitivityCSV: String { SensitivityFile.text(swept) }

  /// The text of `report.html`.
  public var html: String {
    ReportPage(stages: listed.map { ($0.study.stage.rawValue, $0) }, probes: probes, isRunning: isRunning).html
  }

  /// The report's files, name and text, in the order in which they are listed.
  private var files: [(name: String, text: String)] {
    let pictures = [("curves.svg", curvesSVG), ("speedup.svg", speedUpSVG)]
    let quality = analysis.study.stage == .quality ? nil : stage(.quality)
    let budget = quality.map { [("quality.svg", CurvePicture(analysis: $0).svg)] } ?? []
    let rates = swept.study.sweepsRates ? [("rates.svg", ratesSVG)] : []
    let sensitivity = swept.sensitivity.isEmpty ? [] : [("sensitivity.csv", sensitivityCSV)]
    let inside = [("probes.svg", probesSVG), ("plateau.csv", plateauCSV)].compactMap { name, text in
      text.map { (name, $0) }
    }
    return [("summary.csv", summaryCSV), ("summary.md", summaryMarkdown)] + pictures + budget + rates + sensitivity
      + inside + [("report.html", html)]
  }

  /// Writes the tables and the pictures: `summary.csv`, `summary.md`, `curves.svg`, `speedup.svg`, `report.html`, where
  /// there are several learning rates an arm `rates.svg` and `sensitivity.csv`, where there are runs of one budget
  /// `quality.svg`, and where there are probes `probes.svg` and `plateau.csv`.
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
