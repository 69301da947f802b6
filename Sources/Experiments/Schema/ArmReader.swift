import Formats
import Models
import Platform
import Training

/// What a file's `model`, `training` and `masking` give to every arm.
struct Base {
  typealias Values = ExperimentReader.Values

  /// What `model` gives.
  let model: Values
  /// What `training` gives.
  let training: Values
  /// What `masking` gives, with the defaults.
  let masking: Values

  /// `model` with the defaults, but for what each arm decides.
  var resolvedModel: Values { Self.sized(ExperimentReader.standards(of: .model).merging(model) { $1 }) }
  /// `training` with the defaults.
  var resolvedTraining: Values { ExperimentReader.standards(of: .training).merging(training) { $1 } }

  /// `model` as an arm sees it: an arm's own preset replaces the sizes that the file gives to all.
  func model(overriddenBy arm: Values) -> Values {
    let inherited = arm["preset"] == nil ? model : model.filter { !Self.sizes.contains($0.key) }
    return Self.sized(ExperimentReader.standards(of: .model).merging(inherited) { $1 }.merging(arm) { $1 })
  }

  /// The keys that a preset decides.
  static let sizes = ["layers", "hiddenSize", "heads", "feedForwardSize", "embeddingSize"]

  /// The values with the preset's sizes where none are given.
  private static func sized(_ values: Values) -> Values {
    var values = values
    let preset = EncoderConfiguration.Preset(rawValue: values["preset"]!.text!)!.sizes
    for (key, size) in [("layers", preset.layerCount), ("hiddenSize", preset.hiddenSize), ("heads", preset.headCount)]
    where values[key] == nil {
      values[key] = JSONValue(size)
    }
    if values["feedForwardSize"] == nil { values["feedForwardSize"] = JSONValue(4 * values["hiddenSize"]!.integer!) }
    if values["embeddingSize"] == nil { values["embeddingSize"] = values["hiddenSize"] }
    return values
  }
}

/// Reads one arm: its own keys over those of `model`, `training` and `masking`.
struct ArmReader {
  typealias Values = ExperimentReader.Values

  let base: Base
  let value: JSONValue
  let index: Int

  /// An arm, its canonical form, and the keys that have no effect in it.
  struct Result {
    let arm: Arm
    let resolved: JSONValue
    let notes: [String]
  }

  func arm() throws -> Result {
    guard value.members != nil else {
      throw InputError(at: value.place.description, "arms.\(index) is \(value.excerpt)", expected: "an object")
    }
    guard let nameValue = value["name"] else {
      throw InputError(at: value.place.description, "arms.\(index).name is missing", expected: ValueType.name.summary)
    }
    let name = try ValueType.name.checked(nameValue, path: "arms.\(index).name").text!
    let path = "arms.\(name)"
    let ownModel = try own(.model, path: path)
    let ownTraining = try own(.training, path: path)
    let masking = base.masking.merging(try own(.masking, path: path)) { $1 }
    let alone = try own(.arm, path: path)
    let model = base.model(overriddenBy: ownModel)
    let training = base.resolvedTraining.merging(ownTraining) { $1 }
    let position = try self.position(model, training, path: path)
    try check(model, training, position: position, path: path)

    let relevant = position.family.keys.map(\.name)
    let useless = ownModel.keys.filter { key in Self.allParameters.contains(key) && !relevant.contains(key) }.sorted()
    return Result(
      arm: Arm(
        name: name, position: position, model: Self.settings(model),
        masking: ExperimentReader.decoded(ExperimentReader.object(.masking, masking)),
        training: ExperimentReader.decoded(ExperimentReader.object(.training, training)),
        learningRates: alone["learningRates"]?.list?.compactMap(\.number),
        seeds: alone["seeds"]?.list?.compactMap(\.integer),
        baselines: alone["baselines"].map { StageReader.groups($0) },
        targetLosses: alone["targetLosses"]?.list?.compactMap(\.number), rateOf: alone["rateOf"]?.text),
      resolved: resolved(
        name: name, model: model, training: training, masking: masking, position: position, alone: alone),
      notes: useless.map { "\(ownModel[$0]!.place): \(path).\($0) has no effect with position \(position.name)" })
  }

  // MARK: - Reading

  /// The arm's own values of a section, given flat or nested.
  private func own(_ section: SchemaKey.Section, path: String) throws -> Values {
    let reader = ExperimentReader(tree: value)
    for member in value.members ?? [] where !ExperimentReader.armKeys.contains(member.key) {
      throw Schema.unknownKey(member.key, in: path, among: ExperimentReader.armKeys, at: member.value.place)
    }
    let flat = try reader.given(section, in: value, path: path, allowing: ExperimentReader.armKeys)
    if section == .arm { return flat }
    let nested = try reader.given(
      section, in: reader.object(section, of: value, path: path + "."), path: "\(path).\(section.rawValue)")
    if let twice = flat.keys.sorted().first(where: { nested[$0] != nil }) {
      throw InputError(
        at: nested[twice]!.place.description, "\(path).\(twice) is given twice",
        expected: "it in the arm or in the arm's \(section.rawValue)")
    }
    return flat.merging(nested) { $1 }
  }

  private func position(_ model: Values, _ training: Values, path: String) throws -> PositionEncoding {
    guard let family = model["position"]?.text.flatMap(PositionFamily.init) else {
      let type = Schema.keys.first { $0.path == "model.position" }!.type
      throw InputError(at: value.place.description, "\(path).position is missing", expected: type.summary)
    }
    return family.encoding(
      family.keys.reduce(into: [:]) { $0[$1.name] = model[$1.name] ?? training["sequenceLength"] })
  }

  private static func settings(_ model: Values) -> ModelSettings {
    ModelSettings(
      preset: .init(rawValue: model["preset"]!.text!)!, layers: model["layers"]!.integer!,
      hiddenSize: model["hiddenSize"]!.integer!, heads: model["heads"]!.integer!,
      feedForwardSize: model["feedForwardSize"]!.integer!, activation: .init(rawValue: model["activation"]!.text!)!,
      embeddingSize: model["embeddingSize"]!.integer!, normalization: .init(rawValue: model["normalization"]!.text!)!,
      dropout: model["dropout"]!.number!, layerNormEpsilon: model["layerNormEpsilon"]!.number!,
      tokenTypes: model["tokenTypes"]!.integer!, initial: model["initial"]?.text,
      alibiSteps: model["alibiSteps"]!.integer!)
  }

  // MARK: - What keys demand of each other

  private func check(_ model: Values, _ training: Values, position: PositionEncoding, path: String) throws {
    let (width, heads) = (model["hiddenSize"]!.integer!, model["heads"]!.integer!)
    let (length, batch) = (training["sequenceLength"]!.integer!, training["batchSize"]!.integer!)
    func fault(_ key: String, in values: Values, _ problem: String, expected: String) -> InputError {
      // A default has no place of its own: the arm's serves.
      let own = values[key]?.place
      let place = own.flatMap { $0.source == JSONValue.Place.program.source ? nil : $0 } ?? value.place
      return InputError(at: place.description, "\(path).\(key) is \(problem)", expected: expected)
    }
    guard width % heads == 0 else {
      throw fault("heads", in: model, "\(heads)", expected: "a divisor of hiddenSize, which is \(width)")
    }
    let sizes = PositionSizes(
      hiddenSize: width, embeddingSize: model["embeddingSize"]!.integer!, headCount: heads,
      layerCount: model["layers"]!.integer!, sequenceLength: length)
    if let misfit = position.scheme.misfit(sizes) {
      throw fault(misfit.key, in: model, misfit.found, expected: misfit.expected)
    }
    let settings: TrainingConfiguration = ExperimentReader.decoded(ExperimentReader.object(.training, training))
    if let (problem, expected) = LearningRateSchedule(peak: 1, settings).earlyDecay {
      throw fault("decaySteps", in: training, problem, expected: expected)
    }
    guard batch * length <= Self.maximumBatchTokens else {
      throw InputError.sizes(
        of: path, "makes \(batch * length) tokens a step",
        ["batchSize", "sequenceLength"].map { ($0, training[$0]!) }, expected: "at most \(Self.maximumBatchTokens)")
    }
    // Attention's four matrices and the feed-forward network's two; no product here can overflow, by the keys' ranges.
    let weights =
      Double(model["layers"]!.integer!) * Double(width)
      * (4 * Double(width) + 2 * Double(model["feedForwardSize"]!.integer!))
    guard weights <= Self.maximumWeights else {
      throw InputError.sizes(
        of: path, "has \(weights.countText) weights",
        ["layers", "hiddenSize", "feedForwardSize"].map { ($0, model[$0]!) },
        expected: "at most \(Self.maximumWeights.countText)")
    }
  }

  /// Tokens a step: about 16 million.
  private static let maximumBatchTokens = 1 << 24
  /// Weights of the trunk: some 16 GB with gradients and moments for each billion.
  private static let maximumWeights = 4e9

  // MARK: - Writing

  /// The keys that position encodings heed; an arm's canonical form has those of its own.
  static let allParameters = PositionFamily.allCases.flatMap { $0.keys.map(\.name) }

  /// The arm in canonical form: its position with all parameters, and what differs from `model` and `training`.
  private func resolved(
    name: String, model: Values, training: Values, masking: Values, position: PositionEncoding, alone: Values
  ) -> JSONValue {
    var model = model
    model.merge(position.scheme.values) { given, _ in given }
    var members: [(String, JSONValue)] = [("name", JSONValue(name)), ("position", JSONValue(position.name))]
    members += position.family.keys.map { ($0.name, model[$0.name]!) }
    // A preset resets the sizes, so these are written together or not at all.
    let baseModel = base.resolvedModel
    let sizes = ["preset"] + Base.sizes
    if sizes.contains(where: { model[$0] != baseModel[$0] }) { members += sizes.map { ($0, model[$0]!) } }
    for key in ["activation", "normalization", "dropout", "layerNormEpsilon", "tokenTypes", "initial", "alibiSteps"]
    where model[key] != baseModel[key] { members.append((key, model[key]!)) }
    for key in Schema.keys(of: .training) where training[key.name] != base.resolvedTraining[key.name] {
      members.append((key.name, training[key.name]!))
    }
    for key in Schema.keys(of: .masking) where masking[key.name] != base.masking[key.name] {
      members.append((key.name, masking[key.name]!))
    }
    for key in Schema.keys(of: .arm) { alone[key.name].map { members.append((key.name, $0)) } }
    return JSONValue(members: members)
  }
}
