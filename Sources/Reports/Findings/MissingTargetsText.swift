import Platform

/// The words for why there is no target loss.
extension Analysis {
  /// A sentence on a study without targets, as far as its runs tell why.
  ///
  /// Targets that are fractions of a way follow from the tuning runs, of which the first end is the loss of word
  /// frequencies. Whether there are to be any, these runs do not know.
  var missingTargets: String {
    guard study.stage == .tuning else { return "No target loss is set." }
    let main = study.arm(named: study.baseline)?.unigramLoss
    let ends = runs.compactMap(\.finalValue)
    if let main, runs.allSatisfy(\.isOver), ends.allSatisfy({ $0 >= main }) {
      return
        "No target loss is set: no run ended below the loss of word frequencies, \(main.formatted(decimals: 2)) nats."
    }
    return "No target loss is set yet: targets given as fractions follow from the tuning runs."
  }
}
