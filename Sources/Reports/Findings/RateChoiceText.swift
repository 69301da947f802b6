import Platform

extension Analysis {
  /// How each arm's learning rate was chosen; of runs that are not all over, that it may be another one yet.
  var choicesSoFar: [String] {
    let left = runs.count { !$0.isOver }
    let note =
      "\(left) of \(runs.count.counted("tuning run")) \(left == 1 ? "is" : "are") not over: rates may still change."
    return (left == 0 ? [] : [note]) + rateChoices.map(\.reason)
  }
}

/// The words for how a learning rate was chosen.
extension RateChoice {
  /// The rule, as the report says it.
  ///
  /// - Parameter targets: the targets that decide, each for some arms; none if the loss at the end decides alone.
  /// - Returns: a sentence with its full stop.
  public static func rule(at targets: [Double]) -> String {
    let losses = targets.reduce(into: [Double]()) { if !$0.contains($1) { $0.append($1) } }.map(\.shortText)
    let end = "the one with the lowest mean held-out loss at the end"
    let target = losses.count == 1 ? "\(losses[0]) nats" : "its target (\(losses.joined(separator: ", ")) nats)"
    let order =
      losses.isEmpty
      ? end
      : "the one at which the most seeds reach \(target), then the one with the lowest mean logarithm of the "
        + "steps to it, then \(end)"
    return "An arm's best learning rate is \(order)."
  }

  /// What else is to be known of the rule: which losses at the end are compared.
  static let condition =
    "Losses at the end are compared only where runs have the same length, and only between rates at which the most seeds "
    + "finished: where others diverged, the mean of the rest would flatter."

  /// Why this rate was chosen, and whether a better one may lie beyond the grid: sentences with their full stops.
  public var reason: String {
    isInterior ? choice : "\(choice) It lies at the edge of the rates that were tried."
  }

  private var choice: String {
    let name = "\(arm)'s learning rate is \(rate.shortText)"
    let others = candidates.filter { $0.rate != rate && $0.finishedCount > 0 }
    guard candidates.count > 1 else { return "\(name), the only one that was tried." }
    guard !others.isEmpty else { return "\(name), the only one at which a run finished." }
    guard let target else { return "\(name): \(end(among: others))." }
    let goal = "\(target.shortText) nats"
    guard let steps = chosen.steps else {
      return "\(name): no seed reached \(goal) at any rate, and \(end(among: others))."
    }
    let seeds = "\(chosen.reachedCount.counted("seed")) reached \(goal)"
    let rivals = others.filter { $0.reachedCount == chosen.reachedCount }
    guard let next = rivals.compactMap(\.steps).min() else { return "\(name): \(seeds), more than at any other rate." }
    let (own, theirs) = (steps.formatted(decimals: 0), next.formatted(decimals: 0))
    guard steps < next else {
      return "\(name): \(seeds) after \(own) steps, and no other rate is better by the rule."
    }
    return "\(name): \(seeds), no fewer than at any other rate, and after the fewest steps (\(own); next \(theirs))."
  }

  /// What is said of the loss at the end, by which the rate was chosen among others.
  private func end(among others: [Candidate]) -> String {
    let loss = chosen.finalValue?.formatted(decimals: 3) ?? "–"
    let comparable = others.allSatisfy { $0.finishedCount == chosen.finishedCount && $0.lastStep == chosen.lastStep }
    return "its mean held-out loss at the end, \(loss), is the lowest"
      + (comparable ? "" : " of those that compare")
  }
}
