import Formats
import Foundation

/// `report.html`: an experiment's curves to look at and its tables to read, in one file that needs no network.
///
/// Tables and sentences are plain HTML. The curves are numbers in the page, which its own script draws; settings such as
/// the axis and the arms that are shown live in the address behind `#`, so that they outlast a reload and can be sent.
public struct ReportPage: Sendable {
  /// What an experiment did one after the other, each with its own runs, such as tuning and evaluation.
  let stages: [Stage]
  /// Whether runs are under way, so that an open page is to load itself again.
  let isRunning: Bool

  /// One part of the experiment.
  struct Stage: Sendable {
    /// What the page calls it where there are several.
    let name: String
    /// The statistics of its runs.
    let analysis: Analysis
    /// What probes saw of its runs; `nil` for nothing.
    let probes: ProbeAnalysis?
  }

  /// A page on an experiment in several stages.
  ///
  /// - Parameters:
  ///   - stages: their names and statistics; the page opens at the first.
  ///   - probes: what probes saw of their runs; may be empty.
  ///   - isRunning: whether runs are under way.
  /// - Precondition: there is a stage, and no two have the same name.
  public init(stages: [(name: String, analysis: Analysis)], probes: [ProbeAnalysis] = [], isRunning: Bool) {
    precondition(!stages.isEmpty, "ReportPage: no stage")
    precondition(Set(stages.map(\.name)).count == stages.count, "ReportPage: two stages of one name")
    self.stages = stages.map { name, analysis in
      Stage(name: name, analysis: analysis, probes: probes.first { $0.analysis.study.stage == analysis.study.stage })
    }
    self.isRunning = isRunning
  }

  /// A page on an experiment of one stage.
  ///
  /// - Parameters:
  ///   - analysis: the statistics of its runs.
  ///   - isRunning: whether runs are under way.
  public init(analysis: Analysis, isRunning: Bool) {
    self.init(stages: [(name: "runs", analysis: analysis)], isRunning: isRunning)
  }

  /// The file's text: the same for the same numbers.
  public var html: String {
    PageMarkup(
      title: stages[0].analysis.study.name, description: stages[0].analysis.study.description,
      summaries: stages.map { (name: $0.name, html: summary(of: $0)) },
      data: PageData(stages: stages, isRunning: isRunning).json
    ).document
  }

  /// What `summary.md` says, without the heading and the description, which the page has above its plot.
  private func summary(of stage: Stage) -> String {
    let study = stage.analysis.study
    let section = stage.probes.map { ProbeSection(probes: $0).markdown } ?? []
    var text = SummaryPage(analysis: stage.analysis, probes: section).markdown[...]
    for opening in ["# \(study.name)\n\n", "\(study.description)\n\n"] where text.hasPrefix(opening) {
      text = text.dropFirst(opening.count)
    }
    // The picture itself, as the page asks for no other file; by itself, so that its marks are not those of another stage.
    let picture =
      stage.probes.map { probes in
        let data = Data(ProbePicture(probes: probes).svg.utf8).base64EncodedString()
        return "\n<p><img class=\"probes\" alt=\"What probes saw\" src=\"data:image/svg+xml;base64,\(data)\"></p>"
      } ?? ""
    return MarkdownHTML(String(text)).html + picture
  }
}
