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
      guard study.learningRates.count > 1 else { return arm.name }
      if own.count > 1, own.count == study.learningRates.count { return "\(arm.name) at every rate" }
      return "\(arm.name) at \(own.map(\.learningRate.shortText).joined(separator: ", "))"
    }
    return "Not reached by any seed: \(arms.joined(separator: "; "))."
  }
}
