import Platform

/// A value that curves are held against, drawn across the plot.
struct ReferenceLine: Equatable {
  /// What it is, as the page writes beside it.
  let name: String
  /// Where it lies, in the unit of what the runs are judged by.
  let value: Double

  /// The lines of a stage: its targets, then what is reached without knowing order: the loss of word frequencies, and
  /// where arms without positions end.
  ///
  /// What lies below these ends was learned from the order of the tokens.
  static func lines(of analysis: Analysis) -> [ReferenceLine] {
    let targets = analysis.study.targetLosses.map { ReferenceLine(name: "target \($0.shortText)", value: $0) }
    let groups = analysis.bagsOfWords
    let words = groups.compactMap { group -> ReferenceLine? in
      let arms = groups.count > 1 ? " of \(group.arms.joined(separator: ", "))" : ""
      return group.unigramLoss.map { ReferenceLine(name: "word frequencies\(arms)", value: $0) }
    }
    let ends = groups.flatMap(\.withoutPositions).map { end in
      ReferenceLine(name: "\(end.arm) at the end", value: end.loss)
    }
    return targets + words + ends
  }
}
