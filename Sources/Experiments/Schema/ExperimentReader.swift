import Formats
import Models
import Foundation
import Platform
import Training
import Text

extension Experiment {
  /// The experiment that a file describes, with some keys set otherwise.
  ///
  /// - Parameters:
  ///   - file: the path of a JSON file.
  ///   - settings: `KEY=VALUE` each, applied in order.
  /// - Throws: `InputError` in one line: place, key, what was found, what was expected.
  public init(file: String, settings: [String] = []) throws {
    var tree = try JSONValue.read(file, as: "an experiment file")
    guard tree.members != nil else {
      throw InputError(at: tree.place.description, "is \(tree.excerpt)", expected: "an experiment, a JSON object")
    }
    for setting in settings { tree = try Overrides.apply(setting, to: tree) }
    try self.init(tree)
  }

  /// The experiment that a JSON object describes.
  ///
  /// - Throws: `InputError` as `init(file:settings:)`.
  public init(_ tree: JSONValue) throws {
    self = try ExperimentReader(tree: tree).experiment()
  }
}

/// Checks an experiment's tree against the schema and fills in the defaults.
struct ExperimentReader {
  /// Values by the names of their keys.
  typealias Values = [String: JSONValue]

  let tree: JSONValue

  /// The keys that an arm may have, flat.
  static let armKeys = ["name"] + Schema.keys.filter(\.isInArms).map(\.name) + ["masking", "model", "training"]

  func experiment() throws -> Experiment {
    guard let members = tree.members else {
      throw InputError(at: tree.place.description, "is \(tree.excerpt)", expected: "an experiment, a JSON object")
    }
    let sections = Schema.sections.map(\.rawValue)
    let known = Schema.keys(of: .experiment).map(\.name) + sections + ["arms", Schema.provenance]
    for member in members where !known.contains(member.key) {
      throw Schema.unknownKey(member.key, in: "", among: known.dropLast(), at: member.value.place)
    }

    var top = try given(.experiment, in: tree, path: "", allowing: sections + ["arms", Schema.provenance])
    let selection: RateSelection? = try stage(.selection)
    let quality: QualityRuns? = try stage(.quality)
    let probes: ProbeSettings? = try stage(.probes)
    for key in Schema.keys(of: .experiment) where top[key.name] == nil {
      // Those of the selection stand for them.
      if key.name == "learningRates", selection != nil { continue }
      switch key.standard {
      case .required:
        throw InputError(at: tree.place.source, "\(key.name) is missing", expected: key.type.summary)
      case .value(let value): top[key.name] = value
      case .derived: break
      }
    }
    let plain = try [SchemaKey.Section.tokenizer, .validation, .masking].map { section in
      (section, filled(section, try given(section, in: object(section, of: tree, path: ""), path: section.rawValue)))
    }
    let model = try given(.model, in: object(.model, of: tree, path: ""), path: "model")
    let training = try given(.training, in: object(.training, of: tree, path: ""), path: "training")
    let base = Base(model: model, training: training, masking: plain[2].1)

    guard let armsValue = tree["arms"] else {
      let usual = PositionFamily.usual.rawValue
      throw InputError(
        at: tree.place.source, "arms is missing",
        expected: "a list such as [{\"name\": \"\(usual)\", \"position\": \"\(usual)\"}]")
    }
    guard let armValues = armsValue.list, (1...ValueType.maximumCount).contains(armValues.count) else {
      throw InputError(
        at: armsValue.place.description, "arms is \(armsValue.excerpt)",
        expected: "a list of 1 to \(ValueType.maximumCount) arms")
    }
    let arms = try armValues.enumerated().map { try ArmReader(base: base, value: $1, index: $0).arm() }
    try checkNames(arms.map(\.arm.name), values: armValues)

    let stages = StageReader(top: top, arms: arms.map(\.arm), place: tree.place)
    let baselines = try stages.baselines()
    try stages.checkNamedArms()
    try stages.check(selection, quality)
    if let probes { try check(probes, arms.map(\.arm)) }
    top["baseline"] = JSONValue(baselines[0][0])
    let learningRates = selection?.learningRates ?? top["learningRates"]!.list!.map { $0.number! }
    let seeds = top["seeds"]!.list!.map { $0.integer! }
    let plainCount = arms.reduce(0) { sum, result in
      sum + (result.arm.learningRates ?? learningRates).count * (result.arm.seeds ?? seeds).count
    }
    // Of an experiment with stages, the largest one that the grid may grow to.
    let stageCounts = selection.map { selection in
      let tuned = arms.count { $0.arm.rateOf == nil }
      return [
        tuned * selection.widestGrid.count * selection.seeds.count,
        arms.reduce(0) { $0 + ($1.arm.seeds ?? seeds).count }, arms.count * (quality?.seeds.count ?? 0),
      ]
    }
    let runCount = stageCounts?.max() ?? plainCount
    guard runCount <= Self.maximumRunCount else {
      throw InputError(
        at: armsValue.place.source, "the grid has \(runCount) runs", expected: "at most \(Self.maximumRunCount)")
    }

    var resolved = Schema.keys(of: .experiment).map { ($0.name, top[$0.name] ?? JSONValue(.null)) }
    for (section, values) in plain { resolved.append((section.rawValue, Self.object(section, values))) }
    resolved.append(("model", Self.object(.model, base.resolvedModel)))
    resolved.append(("training", Self.object(.training, base.resolvedTraining)))
    for section in [SchemaKey.Section.selection, .quality, .probes] {
      let values = try given(section, in: object(section, of: tree, path: ""), path: section.rawValue)
      let isThere = tree[section.rawValue] != nil
      resolved.append((section.rawValue, isThere ? Self.object(section, filled(section, values)) : JSONValue(.null)))
    }
    resolved.append(("arms", JSONValue(.list(arms.map(\.resolved)))))
    return Experiment(
      name: top["name"]!.text!, description: top["description"]!.text!, corpus: top["corpus"]!.text!,
      tokenizer: Self.decoded(Self.object(.tokenizer, plain[0].1)),
      validation: Self.decoded(Self.object(.validation, plain[1].1)),
      packing: PackingPolicy(rawValue: top["packing"]!.text!)!,
      arms: arms.map(\.arm), baselines: baselines,
      learningRates: learningRates, seeds: seeds, targetLosses: top["targetLosses"]!.list!.map { $0.number! },
      targetFractions: top["targetFractions"]?.list?.map { $0.number! } ?? [], selection: selection, quality: quality,
      probes: probes, resolved: JSONValue(members: resolved), notes: arms.flatMap(\.notes))
  }

  /// The most runs of one experiment.
  static let maximumRunCount = 10_000

  private func checkNames(_ names: [String], values: [JSONValue]) throws {
    var seen: [String: String] = [:]
    for (name, value) in zip(names, values) {
      // Folders bear the names, and some file systems take capitals for small letters.
      if let other = seen.updateValue(name, forKey: name.lowercased()) {
        let place = (value["name"] ?? value).place
        let also = other == name ? "" : " (and \"\(other)\", which differs in capitals alone)"
        throw InputError(at: place.description, "two arms are named \"\(name)\"\(also)", expected: "a name for each")
      }
    }
  }

  /// Checks that probes look at validations.
  private func check(_ probes: ProbeSettings, _ arms: [Arm]) throws {
    for arm in arms where probes.interval % arm.training.validationInterval != 0 {
      throw InputError(
        at: (tree["probes"]?["interval"] ?? tree).place.description, "probes.interval is \(probes.interval)",
        expected: "a multiple of \(arm.name)'s validationInterval, \(arm.training.validationInterval)")
    }
  }

  /// What a section that need not be there says; `nil` if it is not.
  private func stage<Value: Decodable>(_ section: SchemaKey.Section) throws -> Value? {
    guard let value = tree[section.rawValue] else { return nil }
    let values = try given(section, in: object(section, of: tree, path: ""), path: section.rawValue)
    for key in Schema.keys(of: section) {
      guard case .required = key.standard, values[key.name] == nil else { continue }
      throw InputError(
        at: value.place.description, "\(key.path) is missing", expected: key.type.summary)
    }
    return Self.decoded(Self.object(section, filled(section, values)))
  }

  // MARK: - What is given, and what is filled in

  /// The checked values of a section's keys that an object gives; `null` counts as not given.
  func given(
    _ section: SchemaKey.Section, in object: JSONValue, path: String, allowing others: [String] = []
  ) throws -> Values {
    var values: Values = [:]
    let keys = Schema.keys(of: section)
    for member in object.members ?? [] {
      guard let key = keys.first(where: { $0.name == member.key }) else {
        if others.contains(member.key) { continue }
        throw Schema.unknownKey(member.key, in: path, among: keys.map(\.name) + others, at: member.value.place)
      }
      guard member.value.content != .null else { continue }
      values[key.name] = try key.type.checked(member.value, path: path.isEmpty ? key.name : "\(path).\(key.name)")
    }
    return values
  }

  /// A section's object, empty if the parent has none.
  func object(_ section: SchemaKey.Section, of parent: JSONValue, path: String) throws -> JSONValue {
    guard let value = parent[section.rawValue] else { return JSONValue(.object([]), at: parent.place) }
    guard value.members != nil else {
      throw InputError(
        at: value.place.description, "\(path)\(section.rawValue) is \(value.excerpt)", expected: "an object")
    }
    return value
  }

  private func filled(_ section: SchemaKey.Section, _ values: Values) -> Values {
    Self.standards(of: section).merging(values) { $1 }
  }

  /// The defaults of a section's keys that have one by themselves.
  static func standards(of section: SchemaKey.Section) -> Values {
    var values: Values = [:]
    for key in Schema.keys(of: section) {
      if case .value(let value) = key.standard { values[key.name] = value }
    }
    return values
  }

  /// An object of a section's keys in the table's order, `null` where nothing is given.
  static func object(_ section: SchemaKey.Section, _ values: Values) -> JSONValue {
    JSONValue(members: Schema.keys(of: section).map { ($0.name, values[$0.name] ?? JSONValue(.null)) })
  }

  /// A typed value from a checked object: the table and the type have the same keys, as a test asserts.
  static func decoded<Value: Decodable>(_ object: JSONValue) -> Value {
    do {
      return try JSONDecoder().decode(Value.self, from: Data(object.serialized(indentation: nil).utf8))
    } catch {
      preconditionFailure("the schema does not fit \(Value.self): \(error)")
    }
  }
}
