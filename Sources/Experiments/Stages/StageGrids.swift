import Formats
import Platform

/// The grids of the stages, each an experiment of its own: the file's tree with what the stage decides put in.
extension Experiment {
  /// The tuning stage: every arm that is tuned, at every rate of a grid, on the tuning seeds.
  ///
  /// Where the targets follow from these runs, the runs take all their steps.
  ///
  /// - Parameter learningRates: the grid, as far as it has been extended.
  /// - Returns: the plain grid.
  /// - Throws: `InputError` if the rates, which a file may say, are none.
  func tuningGrid(_ learningRates: [Double]) throws -> Experiment {
    guard let selection else { preconditionFailure("tuningGrid: \(name) has no selection") }
    var tree = plain()
    tree.set("probes", to: JSONValue(.null))
    tree.set("learningRates", to: JSONValue(numbers: learningRates))
    tree.set("seeds", to: JSONValue(.list(selection.seeds.map { JSONValue($0) })))
    let tuned = Set(tunedArms.map(\.name))
    tree.keepBaselines(among: tuned, else: tunedArms[0].name)
    tree.setArms { arm, name in
      guard tuned.contains(name) else { return false }
      arm.set("seeds", to: JSONValue(.null))
      arm.set("learningRates", to: JSONValue(.null))
      return true
    }
    return try Self.fitting(tree)
  }

  /// The evaluation: every arm at its rate, on seeds that the tuning has not seen.
  ///
  /// - Throws: `InputError` if the choice does not fit the experiment.
  func evaluationGrid(_ choice: SelectionRecord) throws -> Experiment {
    try Self.fitting(try frozen(choice) { choice.evaluationSeeds(of: $0, in: self) })
  }

  /// The runs of one budget: every arm at its rate, with a decay.
  ///
  /// - Throws: `InputError` if the choice does not fit the experiment.
  func qualityGrid(_ choice: SelectionRecord) throws -> Experiment {
    guard let quality else { preconditionFailure("qualityGrid: \(name) has no quality") }
    var tree = try frozen(choice) { _ in quality.seeds }
    tree.set("probes", to: JSONValue(.null))
    func put(in section: inout JSONValue) {
      if let steps = quality.steps { section.set("steps", to: JSONValue(steps)) }
      section.set("schedule", to: JSONValue(quality.schedule.rawValue))
      section.set("stopAfterTargets", to: JSONValue(.null))
    }
    var training = tree["training"] ?? JSONValue(.object([]))
    put(in: &training)
    tree.set("training", to: training)
    tree.setArms { arm, _ in
      for key in ["schedule", "stopAfterTargets"] + (quality.steps == nil ? [] : ["steps"]) {
        arm.set(key, to: JSONValue(.null))
      }
      return true
    }
    return try Self.fitting(tree)
  }

  /// That no arm of a baseline is left to compare with, as all their tuning runs diverged; `nil` if one is.
  func lostBaseline(_ choice: SelectionRecord) -> InputError? {
    let evaluated = choice.arms.filter { $0.learningRate != nil }.map(\.arm)
    guard let lost = baselines.first(where: { $0.allSatisfy { !evaluated.contains($0) } }) else { return nil }
    return InputError(
      at: "the tuning", "every run of \(lost.joined(separator: ", ")) diverged, and it is a baseline",
      expected: "lower rates in selection.learningRates, and --out for another folder")
  }

  // MARK: - Trees

  /// The file's tree without its stages.
  private func plain() -> JSONValue {
    var tree = resolved
    for key in ["selection", "quality", "targetFractions"] { tree.set(key, to: JSONValue(.null)) }
    tree.set("baselines", to: JSONValue(names: baselines.flatMap(\.self)))
    tree.setArms { arm, _ in
      if let own = arm["baselines"] {
        arm.set("baselines", to: JSONValue(names: StageReader.groups(own).flatMap(\.self)))
      }
      arm.set("rateOf", to: JSONValue(.null))
      return true
    }
    return tree
  }

  /// The tree with the chosen rates, targets and baselines; arms that diverged at every rate left out.
  private func frozen(_ choice: SelectionRecord, seeds: (SelectionRecord.Arm) -> [Int]) throws -> JSONValue {
    var tree = plain()
    let evaluated = choice.arms.filter { $0.learningRate != nil }.map(\.arm)
    let isCommon = choice.conditions.count == 1
    tree.set("targetLosses", to: JSONValue(numbers: isCommon ? choice.conditions[0].targetLosses : []))
    func fastest(_ groups: [[String]]) -> JSONValue {
      JSONValue(names: groups.map(choice.fastest))
    }
    tree.set("baselines", to: fastest(baselines))
    tree.set("baseline", to: JSONValue(choice.fastest(of: baselines[0])))
    let own = Dictionary(uniqueKeysWithValues: arms.map { ($0.name, $0) })
    tree.setArms { arm, name in
      guard let chosen = choice.arms.first(where: { $0.arm == name }), let rate = chosen.learningRate else {
        return false
      }
      arm.set("learningRates", to: JSONValue(numbers: [rate]))
      if !isCommon { arm.set("targetLosses", to: JSONValue(numbers: choice.condition(of: name)?.targetLosses ?? [])) }
      arm.set("seeds", to: JSONValue(.list(seeds(chosen).map { JSONValue($0) })))
      if let groups = own[name]?.baselines {
        let left = groups.filter { $0.contains(where: evaluated.contains) }
        arm.set("baselines", to: left.isEmpty ? JSONValue(names: [name]) : fastest(left))
      }
      return true
    }
    return tree
  }

  /// A tree with what a `selection.json` says, which anybody may have changed.
  private static func fitting(_ tree: JSONValue) throws -> Experiment {
    do { return try Experiment(tree) } catch {
      throw InputError(
        at: "selection.json", "does not fit the experiment: \(error)", expected: "the file as `roformer run` wrote it")
    }
  }
}

extension JSONValue {
  /// A list of names, each once.
  fileprivate init(names: [String]) {
    let once = names.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    self.init(.list(once.map { JSONValue($0) }))
  }

  /// A list of numbers.
  fileprivate init(numbers: [Double]) { self.init(.list(numbers.map { JSONValue($0) })) }

  /// Leaves out baselines that are not among some arms.
  fileprivate mutating func keepBaselines(among arms: Set<String>, else other: String) {
    let main = StageReader.groups(self["baselines"] ?? JSONValue(.list([]))).flatMap(\.self).filter(arms.contains)
    set("baselines", to: JSONValue(names: main.isEmpty ? [other] : main))
    set("baseline", to: JSONValue(main.first ?? other))
    setArms { arm, name in
      guard let own = arm["baselines"] else { return true }
      let left = StageReader.groups(own).flatMap(\.self).filter(arms.contains)
      arm.set("baselines", to: JSONValue(names: left.isEmpty ? [name] : left))
      return true
    }
  }

  /// Changes the arms of an experiment's tree, and leaves out those for which the closure says so.
  fileprivate mutating func setArms(_ change: (inout JSONValue, _ name: String) -> Bool) {
    let arms = (self["arms"]?.list ?? []).compactMap { arm -> JSONValue? in
      var arm = arm
      return change(&arm, arm["name"]?.text ?? "") ? arm : nil
    }
    set("arms", to: JSONValue(.list(arms)))
  }
}
