import Formats
import Foundation
import Platform

/// What an experiment's tuning has chosen, and why: `selection.json` of its folder.
///
/// Once written it stays: the evaluation goes by it.
public struct SelectionRecord: Codable, Sendable, Equatable {
  /// How the choice was made, in words.
  public var rule: String
  /// What was asked for: grid, seeds, target and extensions.
  public var asked: RateSelection
  /// All rates that every arm was trained at, ascending.
  public var learningRates: [Double]
  /// Whether every arm's rate lies inside the grid.
  public var isInterior: Bool
  /// The fractions of the way from the unigram loss to the best loss; `nil` for given targets.
  public var targetFractions: [Double]?
  /// The targets, for each group of arms with the same masks.
  public var conditions: [Condition]
  /// The arms in the order of the experiment.
  public var arms: [Arm]
  /// Which arm stands for a baseline, where an experiment gives it several to choose among; `nil` in older files.
  public var baselines: [Baseline]?

  /// Arms whose held-out losses are taken on the same masks, and their targets.
  public struct Condition: Codable, Sendable, Equatable {
    /// The names of the arms.
    public var arms: [String]
    /// The loss of predicting by the frequencies of words alone, from which fractions count; `nil` for given targets.
    public var unigramLossNats: Double?
    /// The lowest loss at the end of a tuning run, to which fractions count; `nil` for given targets.
    public var bestLossNats: Double?
    /// The run with the lowest loss; `nil` for given targets.
    public var bestRun: String?
    /// The targets of the evaluation, in nats.
    public var targetLosses: [Double]
    /// The target that decided, in nats; `nil` if there is none.
    public var decidingTargetNats: Double?
  }

  /// Several arms, of which one stands for a baseline.
  public struct Baseline: Codable, Sendable, Equatable {
    /// The names of the arms.
    public var arms: [String]
    /// The arm chosen.
    public var chosen: String
    /// Why this arm, in a sentence.
    public var why: String
  }

  /// What was chosen for an arm.
  public struct Arm: Codable, Sendable, Equatable {
    /// The arm's name.
    public var arm: String
    /// The rate chosen; `nil` if every run of the arm diverged.
    public var learningRate: Double?
    /// Whether a rate below and one above were tried.
    public var isInterior: Bool
    /// Whether a tuning run of the arm reached a target.
    public var hasReached: Bool
    /// The arm that was tuned in its place; `nil` if it was tuned by itself.
    public var rateOf: String?
    /// Why this rate, in a sentence.
    public var why: String
    /// Every rate that was tried, ascending, with what it measured.
    public var tried: [Tried]
  }

  /// What the tuning runs of an arm at one rate made.
  public struct Tried: Codable, Sendable, Equatable {
    /// The learning rate's peak.
    public var learningRatePeak: Double
    /// How many runs ended.
    public var runs: Int
    /// How many of them reached the deciding target.
    public var reached: Int
    /// The geometric mean of the steps of those that did; `nil` if none did.
    public var steps: Double?
    /// The mean held-out loss at the end, in nats; `nil` if none finished.
    public var finalLossNats: Double?
    /// How many diverged.
    public var diverged: Int
  }

  /// What is said when the choice is made: the targets, and each arm's rate.
  var announcement: [String] {
    let targets = conditions.map { condition in
      let losses = condition.targetLosses.map(\.shortText).joined(separator: ", ")
      let who = conditions.count > 1 ? " for \(condition.arms.joined(separator: ", "))" : ""
      return condition.targetLosses.isEmpty
        ? "chosen: no target\(who): no run ended below the unigram loss" : "chosen: targets \(losses) nats\(who)"
    }
    let rates = arms.map { arm in
      "\(arm.arm) \(arm.learningRate?.shortText ?? "none")\(arm.isInterior ? "" : " (at the edge of the grid)")"
    }
    return targets + ["learning rates: " + rates.joined(separator: ", ")]
  }

  /// The name of the arm in a group that was soonest at the rate chosen for it: more runs that reached the deciding target,
  /// then fewer steps to it, then the lower loss at the end.
  func fastest(of names: [String]) -> String {
    func best(_ name: String) -> Tried? {
      let arm = arms.first { $0.arm == name }
      return arm?.tried.first { $0.learningRatePeak == arm?.learningRate }
    }
    func isSooner(_ a: Tried, _ b: Tried) -> Bool {
      if a.reached != b.reached { return a.reached > b.reached }
      if let own = a.steps, let other = b.steps, own != other { return own < other }
      return (a.finalLossNats ?? .infinity) < (b.finalLossNats ?? .infinity)
    }
    let known = names.compactMap { name in best(name).map { (name, $0) } }
    let evaluated = names.first { name in arms.contains { $0.arm == name && $0.learningRate != nil } }
    return known.min { isSooner($0.1, $1.1) }?.0 ?? evaluated ?? names[0]
  }

  /// Which arm stands for each baseline of an experiment that gives it several.
  func baselines(of experiment: Experiment) -> [Baseline] {
    let groups = (experiment.baselines + experiment.arms.flatMap { $0.baselines ?? [] }).filter { $0.count > 1 }
    return groups.reduce(into: [[String]]()) { if !$0.contains($1) { $0.append($1) } }.map { group in
      let chosen = fastest(of: group)
      return Baseline(
        arms: group, chosen: chosen,
        why: "Of \(group.joined(separator: " and ")), \(chosen) was sooner in the tuning, so it is the baseline.")
    }
  }

  /// What a reader of the evaluation needs to know of the choice: which arm stands for a baseline, and why targets are
  /// missing.
  func notes(of experiment: Experiment) -> [String] {
    let lost = conditions.filter(\.targetLosses.isEmpty).map { condition in
      let who = conditions.count > 1 ? " of \(condition.arms.joined(separator: ", "))" : ""
      return "No tuning run\(who) ended below the loss of word frequencies, so there is no target."
    }
    return baselines(of: experiment).map(\.why) + lost
  }

  /// The condition that an arm belongs to; `nil` if the file has none for it.
  func condition(of arm: String) -> Condition? { conditions.first { $0.arms.contains(arm) } }

  /// Whether two choices lead to the same runs: the words by which they are explained may differ.
  func isSameChoice(as other: SelectionRecord) -> Bool {
    func rates(_ record: SelectionRecord) -> [Arm] {
      record.arms.map { arm in
        var arm = arm
        (arm.why, arm.tried) = ("", [])
        return arm
      }
    }
    func chosen(_ record: SelectionRecord, else another: SelectionRecord) -> [String]? {
      (record.baselines ?? another.baselines)?.map(\.chosen)
    }
    return learningRates == other.learningRates && conditions == other.conditions && rates(self) == rates(other)
      && chosen(self, else: other) == chosen(other, else: self)
  }
}

// MARK: - The file

extension SelectionRecord {
  /// The file in an experiment's folder.
  public static func path(in folder: String) -> String { folder + "/selection.json" }

  /// What a folder's tuning has chosen; `nil` if it has not come to an end.
  ///
  /// - Throws: `InputError` if the file cannot be understood, or was made by another `selection`.
  init?(of experiment: Experiment, in folder: String) throws {
    let path = Self.path(in: folder)
    guard Files.exists(path) else { return nil }
    let tree = try JSONValue.read(path, as: "what a tuning has chosen")
    do {
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      self = try decoder.decode(Self.self, from: Data(tree.serialized(indentation: nil).utf8))
    } catch {
      throw InputError(at: path, "cannot be understood", expected: "a selection.json that `roformer run` wrote")
    }
    try check(experiment, path)
  }

  /// Checks that a choice was made by what the experiment asks for now.
  private func check(_ experiment: Experiment, _ path: String) throws {
    func refuse(_ what: String) -> InputError {
      InputError(
        at: path, "was made with \(what)",
        expected: "the same; use --out for another folder, or remove the file to choose anew")
    }
    guard let selection = experiment.selection, asked.isSameChoice(as: selection) else {
      throw refuse("another selection than the experiment's")
    }
    guard (targetFractions ?? []) == experiment.targetFractions else { throw refuse("other targetFractions") }
    guard targetFractions != nil || conditions.allSatisfy({ $0.targetLosses == experiment.targetLosses }) else {
      throw refuse("other targetLosses")
    }
    guard experiment.arms.map(\.name) == arms.map(\.arm),
      experiment.armsByMasks.map({ $0.map(\.name) }) == conditions.map(\.arms)
    else { throw refuse("other arms") }
  }

  /// The seeds on which an arm is evaluated: fewer where it reached no target, if the experiment says so.
  func evaluationSeeds(of arm: Arm, in experiment: Experiment) -> [Int] {
    let seeds = experiment.arms.first { $0.name == arm.arm }?.seeds ?? experiment.seeds
    guard !arm.hasReached, let fewer = experiment.selection?.seedsOfUnreached else { return seeds }
    return Array(seeds.prefix(fewer))
  }

  /// Writes the file.
  ///
  /// - Throws: `InputError` if the folder cannot be written.
  func write(to folder: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    try Files.write(encoder.encode(self) + Data("\n".utf8), to: Self.path(in: folder))
  }
}

extension RateSelection {
  /// Whether two settings lead to the same choice: how many seeds arms get afterwards belongs to the evaluation.
  fileprivate func isSameChoice(as other: RateSelection) -> Bool {
    var (a, b) = (self, other)
    (a.seedsOfUnreached, b.seedsOfUnreached) = (nil, nil)
    return a == b
  }
}
