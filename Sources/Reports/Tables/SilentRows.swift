import Platform

/// The rows of a table that say nothing of the steps to a target, told in a sentence.
struct SilentRows {
  let study: Study
  let rows: [Outcome]

  /// The sentence; `nil` if every row says something.
  var sentence: String? {
    guard !rows.isEmpty else { return nil }
    let arms = study.arms.compactMap { arm -> String? in
      let own = rows.filter { $0.arm.name == arm.name }
      if own.isEmpty { return nil }
      let rates = own.map(\.learningRate).reduce(into: [Double]()) { if !$0.contains($1) { $0.append($1) } }
      guard study.sweepsRates else { return arm.name }
      if rates.count > 1, rates.count == study.learningRates(of: arm).count { return "\(arm.name) at every rate" }
      return "\(arm.name) at \(rates.map(\.shortText).joined(separator: ", "))"
    }
    return "Not reached by any seed: \(arms.joined(separator: "; "))."
  }
}
