import Platform

/// What `summary.md` says of the probes: the picture, and the plateau's end of each arm.
struct ProbeSection {
  let probes: ProbeAnalysis

  /// The section's parts.
  var markdown: [String] {
    [
      "## Inside the encoder",
      "What probes saw while the models were trained; `probes.csv` has every value, and docs/probes.md says what they are.",
      "![Probes](probes.svg)",
    ] + plateaus
  }

  private var plateaus: [String] {
    let rows = probes.armPlateaus
    guard !rows.isEmpty else { return [] }
    var table = TextTable(["arm", "rate", "plateaus that ended", "median step of the end (limits)"])
    for row in rows {
      table.append([
        row.arm.name, row.learningRate.shortText, "\(row.endedCount) of \(row.plateaus.count)", Self.text(row),
      ])
    }
    return [
      "The plateau ends at the first step with an order gap above \(Plateau.threshold.shortText) nats at two looks running. "
        + "Limits are those of the median from order statistics, with the confidence beside them; a plateau that did not end is "
        + "known to be longer than its run.",
      table.markdown,
    ]
  }

  /// `480 (410 to 530, 97%)`, `above 200 (from 180, 75%)`.
  static func text(_ row: ArmPlateau) -> String {
    let median = row.median.map { $0.shortText } ?? "open"
    guard let low = row.low, let confidence = row.confidence else { return median }
    let limits = row.high.map { "\(low.shortText) to \($0.shortText)" } ?? "from \(low.shortText)"
    return "\(median) (\(limits), \((100 * confidence).formatted(decimals: 0))%)"
  }
}
