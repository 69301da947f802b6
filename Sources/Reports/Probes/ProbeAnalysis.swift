import Curves

/// What probes saw of the runs of a stage.
public struct ProbeAnalysis: Sendable {
  /// The stage's statistics.
  let analysis: Analysis
  /// The lines by run.
  private let lines: [RunKey: [ProbeRow]]
  /// The names of the probes, in the order in which the lines have them.
  public let probes: [String]

  /// What was seen of a stage's runs; `nil` if nothing was.
  ///
  /// - Parameters:
  ///   - analysis: the stage's statistics.
  ///   - lines: what was seen, each run's by step; lines of other runs are passed over.
  public init?(_ analysis: Analysis, lines: [ProbeRow]) {
    let runs = Set(analysis.study.cells.map(\.key))
    let own = lines.filter { runs.contains($0.run) }
    guard !own.isEmpty else { return nil }
    self.analysis = analysis
    self.lines = Dictionary(grouping: own, by: \.run)
    var known: Set<String> = []
    probes = own.map(\.found.probe).filter { known.insert($0).inserted }
  }

  /// What a probe saw of a run, by step; of several layers and heads, the largest value.
  func series(_ probe: String, of run: Run) -> [(step: Int, value: Double)] {
    var series: [(step: Int, value: Double)] = []
    for line in lines[run.cell.key] ?? [] where line.found.probe == probe {
      guard series.last?.step == line.step else {
        series.append((line.step, line.found.value))
        continue
      }
      series[series.count - 1].value = max(series[series.count - 1].value, line.found.value)
    }
    return series
  }

  /// Where the plateau of each run ends that is over, in the order of the grid; nothing where order was not probed.
  public var plateaus: [Plateau] {
    analysis.runs.compactMap { run in
      guard run.isOver else { return nil }
      let gaps = series(Plateau.probe, of: run)
      return gaps.isEmpty ? nil : Plateau(run: run, gaps: gaps)
    }
  }
}
