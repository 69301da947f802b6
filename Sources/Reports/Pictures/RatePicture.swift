import Platform

/// `rates.svg`: the held-out loss at the end against the peak learning rate, of an experiment that has several.
///
/// Where runs end after their targets it is the steps to the target that decides on rates, since their ends do not compare.
///
/// A dot is a seed, a line the mean, a ring the rate that counts as the arm's best; crosses at the top are runs that
/// diverged.
struct RatePicture {
  let analysis: Analysis

  private var study: Study { analysis.study }
  private var styles: [ArmStyle] { ArmStyle.styles(of: study.arms) }

  /// The target to which steps are shown; `nil` where losses at the end are.
  private var target: Double? {
    study.arms.contains { $0.stop != nil } ? analysis.rateChoices.first?.target : nil
  }

  /// What the picture shows of a run; `nil` if it has no such thing.
  private func value(_ run: Run) -> Double? {
    target.map { run.crossing(at: $0)?.steps } ?? run.finalValue
  }

  /// The mean that the choice goes by: of steps, that of their logarithms.
  private func mean(of values: [Double]) -> Double? {
    if values.isEmpty { return nil }
    return target == nil || values.contains(0) ? values.mean : Estimate.geometricMean(of: values)?.value
  }

  private var quantity: String { target.map { "steps to \($0.shortText) nats" } ?? "held-out loss at the end" }

  /// The file's text.
  var svg: String {
    let legend = Legend(legendEntries, width: 820)
    let top = 78 + legend.height
    var document = SVGDocument(
      width: 890, height: top + 420 + 74, title: "\(study.name): \(quantity) against learning rate")
    let title = SVGDocument.shortened("\(study.name): \(quantity) by learning rate", size: 24, width: 842)
    document.text(title, x: 24, y: 40, size: 24, bold: true)
    legend.draw(in: &document, x: 24, y: 62)

    let rates = study.allLearningRates.sorted()
    let frame = PlotFrame(
      x: 84, y: top, width: 776, height: 420, across: ((rates.first ?? 1) / 1.15, (rates.last ?? 1) * 1.15),
      up: range, isLogarithmicAcross: true)
    frame.drawGrid(in: &document)
    frame.drawTicks(rates, in: &document)
    frame.clipped(in: &document) { document in
      for i in study.arms.indices { draw(i, frame, in: &document) }
    }
    frame.drawEdges(in: &document)
    if !analysis.runs.contains(where: { $0.finalValue != nil || $0.hasDiverged }) {
      document.text("no run is finished yet", x: 84 + 388, y: top + 210, size: 18, anchor: .middle)
    }
    document.text("peak learning rate (logarithmic)", x: 84 + 388, y: top + 420 + 54, size: 18, anchor: .middle)
    document.text(
      target == nil ? "\(quantity) (nats per masked token)" : quantity, x: 24, y: top + 210, size: 18, anchor: .middle,
      upwards: true)
    return document.text
  }

  private var legendEntries: [(mark: Legend.Mark, text: String)] {
    let hasDiverged = analysis.runs.contains(where: \.hasDiverged)
    return zip(study.arms, styles).map { (.line($1), $0.name) } + [
      (
        .own { document, x, y in
          document.dot(x + 8, y, radius: 3.5, fill: "#666666")
          document.ring(x + 28, y, radius: 8, .init(color: "#666666", width: 2))
        }, "dot: a seed, ring: the best rate"
      )
    ]
      + (hasDiverged
        ? [(.own { $0.cross($1 + 20, $2, radius: 5, .init(color: "#666666", width: 2)) }, "diverged")] : [])
  }

  /// An arm's dots, line, ring and crosses.
  private func draw(_ index: Int, _ frame: PlotFrame, in document: inout SVGDocument) {
    let (arm, style) = (study.arms[index], styles[index])
    // Arms that meet at a rate stand side by side.
    let shift = 7 * (Double(index) - Double(study.arms.count - 1) / 2) / Double(max(1, study.arms.count - 1))
    var means: [(Double, Double)] = []
    for rate in study.learningRates(of: arm).sorted() {
      let x = frame.across.position(rate) + shift
      let runs = analysis.runs.filter { $0.cell.arm.name == arm.name && $0.cell.learningRate == rate }
      let values = runs.compactMap(value)
      for value in values { document.dot(x, frame.up.position(value), radius: 3.5, fill: style.color) }
      let mean = mean(of: values).map { (x, frame.up.position($0)) }
      if let mean { means.append(mean) }
      for number in 0..<runs.count(where: \.hasDiverged) {
        document.cross(x, frame.y + 10 + 13 * Double(number), radius: 5, .init(color: style.color, width: 2))
      }
      if analysis.bestRate(of: arm.name) == rate, let mean {
        document.ring(mean.0, mean.1, radius: 9, .init(color: style.color, width: 2.2))
      }
    }
    document.polyline(means, .init(color: style.color, width: 2.6, dashes: style.dashes))
  }

  /// The values that the picture shows, but not losses of runs that ended much worse than they began.
  private var range: (low: Double, high: Double) {
    let values = analysis.runs.compactMap(value).filter(\.isFinite)
    guard let low = values.min(), var high = values.max() else { return (0, 1) }
    let starts = analysis.runs.compactMap { $0.validations.first?.value }.filter(\.isFinite)
    if target == nil, let start = starts.max(), high > 1.5 * start { high = 1.2 * start }
    let padding = 0.08 * max(high - low, 0.01)
    return (max(low - padding, low > 0 ? 0 : low - padding), max(high, low) + padding)
  }
}
