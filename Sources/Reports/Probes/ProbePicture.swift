import Platform

/// `probes.svg`: what each probe saw against the step, a panel a probe, the mean of the seeds and the band of their range.
///
/// Colours and dashes are those of `curves.svg`. Arms with several learning rates are shown at the one chosen for them. Of
/// several layers and heads a panel shows the largest value, as its title says.
struct ProbePicture {
  let probes: ProbeAnalysis

  private static let margin = (left: 84.0, top: 40.0, right: 24.0, bottom: 38.0)
  private static let panel = (width: 420.0, height: 260.0)
  private static let columns = 2

  private var study: Study { probes.analysis.study }

  /// What a panel is called, and the unit of its values.
  private static let titles: [String: String] = [
    "order-gap": "order gap (nats per hidden token)",
    "mask-separation": "mask separation (1 − mean cosine)",
    "offset-explained": "share of scores that offsets explain, best head",
    "neighbour-mass": "attention of masks to neighbours, best head",
    "unigram-divergence": "divergence from word frequencies (nats)",
  ]

  /// A line of a panel, by step.
  struct Line {
    let step: Double
    let mean, low, high: Double
  }

  /// The mean and the range over the seeds of an arm, at the steps that all its shown runs were looked at.
  func line(_ probe: String, of arm: Study.Arm) -> [Line] {
    let rate = probes.analysis.bestRate(of: arm.name) ?? study.learningRates(of: arm)[0]
    let series = probes.analysis.runs
      .filter { $0.cell.arm.name == arm.name && $0.cell.learningRate == rate }
      .map { probes.series(probe, of: $0).filter { $0.value.isFinite } }.filter { !$0.isEmpty }
    let values = Dictionary(grouping: series.joined(), by: \.step)
    return values.filter { $1.count == series.count }.sorted { $0.key < $1.key }.map { step, values in
      let values = values.map(\.value)
      return Line(step: Double(step), mean: values.mean, low: values.min()!, high: values.max()!)
    }
  }

  /// The file's text.
  var svg: String {
    let rows = (probes.probes.count + Self.columns - 1) / Self.columns
    let cell = (
      width: Self.margin.left + Self.panel.width + Self.margin.right,
      height: Self.margin.top + Self.panel.height + Self.margin.bottom
    )
    let width = Double(Self.columns) * cell.width
    let styles = ArmStyle.styles(of: study.arms)
    let legend = Legend(zip(study.arms, styles).map { (.line($1), name($0)) }, width: width - 48)
    let top = 62 + legend.height
    let subject = "\(study.name): inside the encoder while training"
    var document = SVGDocument(width: width, height: top + Double(rows) * cell.height + 40, title: subject)
    document.text(
      SVGDocument.shortened(subject, size: 24, width: width - 48), x: 24, y: 40, size: 24, bold: true)
    legend.draw(in: &document, x: 24, y: 62)
    for (i, probe) in probes.probes.enumerated() {
      let (row, column) = (i / Self.columns, i % Self.columns)
      draw(
        probe, styles, x: Double(column) * cell.width + Self.margin.left,
        y: top + Double(row) * cell.height + Self.margin.top, in: &document)
    }
    document.text(
      "step; line: mean of the seeds, band: from the lowest to the highest", x: width / 2,
      y: top + Double(rows) * cell.height + 16, size: 18, anchor: .middle)
    return document.text
  }

  /// An arm's name, with the rate that is shown where rates differ.
  private func name(_ arm: Study.Arm) -> String {
    let rate = probes.analysis.bestRate(of: arm.name) ?? study.learningRates(of: arm)[0]
    return study.allLearningRates.count > 1 ? "\(arm.name) at \(rate.shortText)" : arm.name
  }

  private func draw(_ probe: String, _ styles: [ArmStyle], x: Double, y: Double, in document: inout SVGDocument) {
    let lines = study.arms.map { line(probe, of: $0) }
    let all = lines.joined()
    let low = min(0, all.map(\.low).min() ?? 0)
    // Gaps are seen beside the one that ends a plateau: rounding is not to fill the panel.
    let high = max(all.map(\.high).max() ?? 1, probe == Plateau.probe ? 1.2 * Plateau.threshold : 0)
    let padding = 0.04 * max(high - low, 1e-6)
    let frame = PlotFrame(
      x: x, y: y, width: Self.panel.width, height: Self.panel.height, across: (0, max(all.map(\.step).max() ?? 1, 1)),
      up: (low - (low < 0 ? padding : 0), high + padding))
    frame.drawGrid(in: &document)
    frame.drawTicks(in: &document)
    frame.clipped(in: &document) { document in
      for (line, style) in zip(lines, styles) {
        let upper = line.map { frame.place(($0.step, $0.high)) }
        let lower = line.reversed().map { frame.place(($0.step, $0.low)) }
        if line.count > 1 { document.polygon(upper + lower, fill: style.color, opacity: 0.15) }
      }
      for (line, style) in zip(lines, styles) {
        document.polyline(
          line.map { frame.place(($0.step, $0.mean)) }, .init(color: style.color, width: 2.6, dashes: style.dashes))
      }
      if probe == Plateau.probe {
        let level = frame.up.position(Plateau.threshold)
        document.line(x, level, x + Self.panel.width, level, .init(color: "#888888", dashes: [4, 4]))
      }
    }
    frame.drawEdges(in: &document)
    document.text(
      SVGDocument.shortened(Self.titles[probe] ?? probe, size: 17, width: frame.width), x: x, y: y - 14, size: 17,
      bold: true)
  }
}
