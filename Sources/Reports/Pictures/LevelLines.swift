import Platform

/// The lines across a picture of curves: the targets, and what is reached without knowing order.
struct LevelLines {
  private let levels: [(loss: Double, label: String, isTarget: Bool)]

  private static let fontSize = 15.0
  private static let spacing = 18.0

  /// The lines of an experiment.
  init(_ analysis: Analysis) {
    let bags = analysis.bagsOfWords
    let unigrams = bags.compactMap(\.unigramLoss).map { (loss: $0, label: "unigram", isTarget: false) }
    let ends = bags.flatMap(\.withoutPositions).map { (loss: $0.loss, label: "\($0.arm) at the end", isTarget: false) }
    let targets = analysis.study.targetLosses.map { (loss: $0, label: "target \($0.shortText)", isTarget: true) }
    levels = (unigrams + ends + targets).sorted { $0.loss > $1.loss }
  }

  /// The width of the longest label, in pixels.
  var labelWidth: Double { levels.map { SVGDocument.width(of: $0.label, size: Self.fontSize) }.max() ?? 0 }

  /// Draws the lines that lie in a frame, their labels to the right, moved apart where they would overlap.
  func draw(in frame: PlotFrame, of document: inout SVGDocument, isLabelled: Bool) {
    let shown = levels.filter { frame.up.domain.contains($0.loss) }
    let right = frame.x + frame.width
    var lowest = -Double.infinity
    for (i, level) in shown.enumerated() {
      let y = frame.up.position(level.loss)
      document.line(
        frame.x, y, right, y,
        level.isTarget
          ? .init(color: "#555555", width: 1.3, dashes: [5, 4]) : .init(color: "#777777", width: 1.6, dashes: [1.5, 3]))
      // Room is left above the axis for the labels that are still to come.
      let room = frame.y + frame.height - Self.spacing * Double(shown.count - 1 - i)
      let label = min(max(y, lowest + Self.spacing), room)
      guard isLabelled, label > lowest else { continue }
      document.text(level.label, x: right + 8, y: label + 5, size: Self.fontSize, color: "#444444")
      lowest = label
    }
  }
}
