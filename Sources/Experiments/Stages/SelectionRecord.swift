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
  /// The loss of predicting by the frequencies of words alone, from which fractions count; `nil` for given targets.
  public var unigramLossNats: Double?
  /// The lowest loss at the end of a tuning run, to which fractions count; `nil` for given targets.
  public var bestLossNats: Double?
  /// The run with the lowest loss; `nil` for given targets.
  public var bestRun: String?
  /// The fractions of the way from one to the other; `nil` for given targets.
  public var targetFractions: [Double]?
  /// The targets of the evaluation, in nats.
  public var targetLosses: [Double]
  /// The target that decided, in nats; `nil` if there is none.
  public var decidingTargetNats: Double?
  /// The arms in the order of the experiment.
  public var arms: [Arm]

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
    let losses = targetLosses.map(\.shortText).joined(separator: ", ")
    let targets = targetLosses.isEmpty ? "no target: no run ended below the unigram loss" : "targets \(losses) nats"
    let rates = arms.map { arm in
      "\(arm.arm) \(arm.learningRate?.shortText ?? "none")\(arm.isInterior ? "" : " (at the edge of the grid)")"
    }
    return ["chosen: \(targets)", "learning rates: " + rates.joined(separator: ", ")]
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
    guard targetFractions != nil || targetLosses == experiment.targetLosses else { throw refuse("other targetLosses") }
    guard experiment.arms.map(\.name) == arms.map(\.arm) else { throw refuse("other arms") }
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
