import Formats
import Platform
import Training

/// Reads what an experiment says of its stages and of its comparisons, and checks it against its arms.
struct StageReader {
  typealias Values = ExperimentReader.Values

  /// The experiment's own keys, those with defaults filled in.
  let top: Values
  /// The arms, in order.
  let arms: [Arm]
  /// Where the file stands.
  let place: JSONValue.Place

  private var names: [String] { arms.map(\.name) }

  // MARK: - Baselines

  /// The experiment's baselines, the main one first.
  ///
  /// - Throws: `InputError` for a name that no arm has, or a main baseline that is not the first.
  func baselines() throws -> [[String]] {
    let main = top["baseline"].map { [$0] } ?? []
    for value in main { try check(value, is: "baseline") }
    guard let given = top["baselines"] else { return [main.isEmpty ? [names[0]] : main.map { $0.text! }] }
    for value in (given.list ?? []).flatMap({ $0.list ?? [$0] }) { try check(value, is: "baselines") }
    let all = Self.groups(given)
    if let name = main.first, name.text != all[0][0] {
      throw InputError(
        at: name.place.description, "baseline is \(name.excerpt)", expected: "the first of baselines, \"\(all[0][0])\"")
    }
    return all
  }

  /// The groups of names that a list of names and of lists of names holds.
  static func groups(_ value: JSONValue) -> [[String]] {
    (value.list ?? []).map { ($0.list ?? [$0]).compactMap(\.text) }
  }

  /// Checks that the arms that other arms name are there.
  ///
  /// - Throws: `InputError` naming the arm.
  func checkNamedArms() throws {
    for arm in arms {
      for name in arm.baselines?.flatMap(\.self) ?? [] where !names.contains(name) {
        throw unknown(name, as: "arms.\(arm.name).baselines", at: place)
      }
      guard let other = arm.rateOf else { continue }
      guard names.contains(other) else { throw unknown(other, as: "arms.\(arm.name).rateOf", at: place) }
      if other == arm.name || arms.contains(where: { $0.name == other && $0.rateOf != nil }) {
        throw InputError(
          at: place.source, "arms.\(arm.name).rateOf is \"\(other)\"", expected: "an arm that is tuned by itself")
      }
    }
  }

  private func check(_ value: JSONValue, is key: String) throws {
    guard !names.contains(value.text ?? "") else { return }
    throw unknown(value.text ?? "", as: key, at: value.place)
  }

  private func unknown(_ name: String, as key: String, at place: JSONValue.Place) -> InputError {
    let near = nearestName(to: name, among: names).map { " (did you mean \($0)?)" } ?? ""
    return InputError(
      at: place.description, "\(key) is \"\(name)\"\(near)", expected: "an arm: " + names.joined(separator: ", "))
  }

  // MARK: - Stages

  /// Checks that targets and rates are said once, and that the seeds of the stages differ.
  ///
  /// - Parameters:
  ///   - selection: how rates are found, if they are.
  ///   - quality: the runs of one budget, if there are any.
  /// - Throws: `InputError` naming the keys.
  func check(_ selection: RateSelection?, _ quality: QualityRuns?) throws {
    let targets = top["targetLosses"]?.list?.compactMap(\.number) ?? []
    let fractions = top["targetFractions"]?.list?.compactMap(\.number) ?? []
    if let rates = top["learningRates"], selection != nil {
      throw InputError(
        at: rates.place.description, "learningRates is given, and so is selection.learningRates",
        expected: "one of them")
    }
    if let given = top["targetFractions"] {
      guard selection != nil else {
        throw InputError(at: given.place.description, "targetFractions is given without selection", expected: "both")
      }
      guard targets.isEmpty else {
        throw InputError(
          at: given.place.description, "targetFractions is given, and so is targetLosses", expected: "one of them")
      }
    }
    guard let selection else {
      if let arm = arms.first(where: { $0.rateOf != nil }) {
        throw InputError(at: place.source, "arms.\(arm.name).rateOf is given without selection", expected: "both")
      }
      if quality != nil { throw InputError(at: place.source, "quality is given without selection", expected: "both") }
      if let group = baselineGroups.first(where: { $0.count > 1 }) {
        throw InputError(
          at: place.source, "baselines has \(group.joined(separator: ", ")) in one place without selection",
          expected: "selection, which finds the fastest of them")
      }
      return
    }
    if let arm = arms.first(where: { $0.learningRates != nil }) {
      throw InputError(
        at: place.source, "arms.\(arm.name).learningRates is given, and so is selection", expected: "one of them")
    }
    if let arm = arms.first(where: { $0.targetLosses != nil }) {
      throw InputError(
        at: place.source, "arms.\(arm.name).targetLosses is given, and so is selection",
        expected: "targetFractions, which gives arms of other masks targets of their own")
    }
    let deciding = fractions.isEmpty ? targets : fractions
    if let target = selection.target, !deciding.contains(target) {
      throw InputError(
        at: place.source, "selection.target is \(target.shortText)",
        expected: "one of \(fractions.isEmpty ? "targetLosses" : "targetFractions")")
    }
    try checkSeeds(selection, quality)
    for arm in arms {
      guard let quality, let fault = LearningRateSchedule(peak: 1, quality.training(arm.training)).earlyDecay else {
        continue
      }
      throw InputError(
        at: place.source, "quality: arms.\(arm.name).decaySteps is \(fault.problem)", expected: fault.expected)
    }
  }

  private var baselineGroups: [[String]] {
    let own = top["baselines"].map { Self.groups($0) } ?? []
    return own + arms.flatMap { $0.baselines ?? [] }
  }

  /// The seeds of the stages must differ, and no offset of a sham arm may lead to tuning seeds: those are never reported.
  private func checkSeeds(_ selection: RateSelection, _ quality: QualityRuns?) throws {
    let all = top["seeds"]?.list?.compactMap(\.integer) ?? []
    for arm in arms {
      let reported = Set((arm.seeds ?? all) + (quality?.seeds ?? []))
      let tuned = Set(selection.seeds)
      if let seed = reported.first(where: { tuned.contains($0) || tuned.contains($0 + arm.training.seedOffset) }) {
        let how = tuned.contains(seed) ? "" : " (seedOffset \(arm.training.seedOffset) added)"
        throw InputError(
          at: place.source, "arms.\(arm.name) would report seed \(seed)\(how), a seed of selection",
          expected: "seeds that the tuning has not seen")
      }
      if let seed = quality?.seeds.first(where: { (arm.seeds ?? all).contains($0) }) {
        throw InputError(
          at: place.source, "seed \(seed) is in quality.seeds and in seeds", expected: "seeds of their own for each")
      }
    }
  }
}
