import Formats
import Autodiff
import Kernels
import Platform

/// A BERT or RoFormer in a folder as `transformers` saves it: `config.json` and `model.safetensors`, or its shards.
public struct HuggingFaceModel {
  /// What `config.json` says.
  public let configuration: HuggingFaceConfiguration
  /// The weights.
  public let store: ParameterStore<Float>
  /// The tensors that a masked-language model has no use for, such as a pooler's, by name.
  public let ignored: [String]

  /// The file of a folder that says what the model is.
  public static func configurationPath(in folder: String) -> String { folder + "/config.json" }
  /// The file of a folder with the weights.
  public static func weightsPath(in folder: String) -> String { "\(folder)/\(fileNames[0])" }
  /// What the file with the weights may be called: itself, or the index of its shards.
  public static let fileNames = ["model.safetensors", "model" + TensorFiles.indexEnding]

  /// Reads a folder.
  ///
  /// - Throws: `InputError` if a file is missing or malformed, or the two contradict each other.
  public init(folder: String) throws {
    let source = Self.configurationPath(in: folder)
    let adapter = folder + "/adapter_config.json"
    guard !Files.exists(adapter) else {
      throw InputError(at: adapter, "changes the model beside it", expected: "a folder without adapters")
    }
    configuration = try HuggingFaceConfiguration(path: source)
    let path = try Self.weights(of: configuration, in: folder)
    let weights = try ModelWeights(
      TensorFiles(path: path), configuration.family,
      decoder: configuration.tiesDecoder ? .tied : .own(source: "\(source): tie_word_embeddings is false"))
    try weights.check(configuration.encoder, source: source)
    store = ParameterStore(seed: nil)
    _ = MaskedLanguageModel(store.scope(), configuration.encoder)
    let rest = try weights.read(into: store)
    let computed = configuration.family.computedTensors(
      configuration.encoder, positionCount: configuration.positionCount)
    ignored = rest.filter { name in !computed.contains { $0.name == name } }
    for tensor in computed where rest.contains(tensor.name) {
      try check(tensor, in: weights.file, source: source)
    }
    for name in ignored { try checkUnused(name, in: weights.file, source: source) }
  }

  /// The file with the weights, or the index of its shards: the first of those that `transformers` looks for.
  private static func weights(of configuration: HuggingFaceConfiguration, in folder: String) throws -> String {
    if let named = configuration.weightsFile { return "\(folder)/\(named)" }
    let paths = fileNames.map { "\(folder)/\($0)" }
    if let path = paths.first(where: Files.exists) { return path }
    for other in ["pytorch_model.bin", "pytorch_model.bin.index.json"] where Files.exists("\(folder)/\(other)") {
      throw InputError(
        at: "\(folder)/\(other)", "cannot be read",
        expected: "weights as safetensors, which save_pretrained of transformers writes")
    }
    return paths[0]
  }

  /// Refuses a tensor that cannot be left out without other numbers coming out.
  private func checkUnused(_ name: String, in file: TensorFiles, source: String) throws {
    let trunk = configuration.family.name + "."
    guard name.hasPrefix(trunk) else { return }
    switch name.dropFirst(trunk.count) {
    case "embeddings.position_ids", "embeddings.token_type_ids": return
    case let pooler where pooler.hasPrefix("pooler."): return
    default:
      throw InputError(
        at: file.path(of: name), "has \(name)", expected: "no such tensor, as \(source) describes the model")
    }
  }

  /// Checks that a tensor which is computed here is the one that we compute, such as sines of the same frequencies.
  private func check(_ tensor: ComputedTensor, in file: TensorFiles, source: String) throws {
    let (name, shape) = (tensor.name, file.entries[tensor.name]?.shape ?? [])
    guard shape == tensor.shape else {
      throw InputError(
        at: source, "does not fit \(file.path(of: name)): \(name) is \(shape) there",
        expected: "\(tensor.axes) = \(tensor.shape)")
    }
    let elements = tensor.elements()
    var found = [Float](repeating: 0, count: elements.count)
    try found.withUnsafeMutableBufferPointer { try file.readFinite(name, shape: shape, into: $0.baseAddress!) }
    let tolerance = roundingOfTable(found)
    guard zip(found, elements).allSatisfy({ abs($0 - $1) <= tolerance }) else {
      throw InputError(
        at: file.path(of: name), "\(name) holds other numbers", expected: "sines, then cosines, of θ = 10000")
    }
  }
}
