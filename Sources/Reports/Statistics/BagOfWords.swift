/// What arms reach on the same held-out masks without knowing the order of words, and which runs stayed there.
///
/// Two losses tell it: that of the word frequencies of the training text, and that at which an encoder without positions
/// ends. Arms whose masks are the same are known by the same loss of word frequencies.
public struct BagOfWords: Sendable, Equatable {
  /// The loss of the training text's word frequencies, in nats per masked token; `nil` if it is not known.
  public let unigramLoss: Double?
  /// The arms without positions that have finished runs, and where these ended.
  public let withoutPositions: [End]
  /// The names of all arms that have these masks.
  public let arms: [String]
  /// The arms of which a run stayed at a bag of words, in the order of the arms; those without positions left out.
  public private(set) var stays: [Stay] = []

  /// Where an arm's runs ended.
  public struct End: Sendable, Equatable {
    /// The arm's name.
    public let arm: String
    /// The mean loss at the end, in nats.
    public let loss: Double
  }

  /// An arm that stayed at a bag of words.
  public struct Stay: Sendable, Equatable {
    /// The arm's name.
    public let arm: String
    /// The mean loss at the end of the runs that stayed, in nats.
    public let finalLoss: Double
    /// How many runs stayed.
    public let count: Int
    /// How many runs took all their steps.
    public let runCount: Int
  }

  /// How far below the end of an encoder without positions a run still counts as one that stayed, in nats.
  ///
  /// This is the whole rule: a run stayed at a bag of words if it ended above the loss of word frequencies, or no more
  /// than this below the mean loss at the end of an encoder without positions.
  public static let margin = 0.05

  /// The family of an encoder that knows no positions.
  private static let noPositions = "none"

  /// The groups of arms that have the same masks, in the order of the arms; those of which nothing is known left out.
  static func groups(of study: Study, from runs: RunTable, rates: [String: Double]) -> [BagOfWords] {
    let ends = study.arms.map { arm -> (arm: Study.Arm, losses: [Double]) in
      // A run that ended after its targets has not shown where it would have stayed.
      let whole = rates[arm.name].map { runs.finished(arm.name, $0).filter { $0.steps >= arm.steps } } ?? []
      return (arm: arm, losses: whole.compactMap(\.finalValue))
    }
    let losses = study.arms.map(\.unigramLoss).reduce(into: [Double?]()) { if !$0.contains($1) { $0.append($1) } }
    return losses.map { loss in BagOfWords(unigramLoss: loss, ends.filter { $0.arm.unigramLoss == loss }) }
      .filter { $0.unigramLoss != nil || !$0.withoutPositions.isEmpty }
  }

  private init(unigramLoss: Double?, _ ends: [(arm: Study.Arm, losses: [Double])]) {
    self.unigramLoss = unigramLoss
    arms = ends.map(\.arm.name)
    withoutPositions = ends.filter { $0.arm.position == Self.noPositions && !$0.losses.isEmpty }
      .map { End(arm: $0.arm.name, loss: $0.losses.mean) }
    stays = ends.filter { $0.arm.position != Self.noPositions }.compactMap { arm, losses in
      let held = losses.filter(holds)
      guard !held.isEmpty else { return nil }
      return Stay(arm: arm.name, finalLoss: held.mean, count: held.count, runCount: losses.count)
    }
  }

  /// Whether a run that ended at a loss has learned no more than which words there are.
  private func holds(_ finalLoss: Double) -> Bool {
    if let unigramLoss, finalLoss > unigramLoss { return true }
    return withoutPositions.contains { finalLoss >= $0.loss - Self.margin }
  }
}
