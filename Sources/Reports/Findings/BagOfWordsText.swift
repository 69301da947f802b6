import Platform

/// The words for what is reached without knowing order.
extension BagOfWords {
  /// A sentence for each arm of which a run stayed there.
  var stayTexts: [String] {
    let references =
      withoutPositions.map { end in
        let name = withoutPositions.count > 1 ? " (\(end.arm))" : ""
        return "an encoder without positions\(name) ends at \(end.loss.formatted(decimals: 2))"
      } + (unigramLoss.map { ["word frequencies alone give \($0.formatted(decimals: 2))"] } ?? [])
    return stays.map { stay in
      let count = stay.count == stay.runCount ? "" : " on \(stay.count) of \(stay.runCount.counted("seed"))"
      return "\(stay.arm) stayed at a bag of words\(count) (ended at \(stay.finalLoss.formatted(decimals: 2)) nats; "
        + "\(references.joined(separator: ", ")))."
    }
  }

  /// The losses themselves in a sentence.
  var referenceText: String {
    let ends = withoutPositions.map {
      "an encoder without positions (\($0.arm)) ends at \($0.loss.formatted(decimals: 3)) nats"
    }
    let frequencies = unigramLoss.map { ["word frequencies alone give \($0.formatted(decimals: 3)) nats"] } ?? []
    return (frequencies + ends).joined(separator: ", ")
  }
}
