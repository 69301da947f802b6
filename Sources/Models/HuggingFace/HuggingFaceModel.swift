import Formats
import Autodiff
import Kernels
import Platform

/// A BERT or RoFormer in a folder as `transformers` saves it: `config.json` and `model.safetensors`.
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
  public static func weightsPath(in folder: String) -> String { folder + "/model.safetensors" }

  /// Reads a folder.
  ///
  /// - Throws: `InputError` if a file is missing or malformed, or the two contradict each other.
  public init(folder: String) throws {
    let source = Self.configurationPath(in: folder)
    configuration = try HuggingFaceConfiguration(path: source)
    let path = Self.weightsPath(in: folder)
    if !Files.exists(path) {
      for other in ["model.safetensors.index.json", "pytorch_model.bin"] where Files.exists("\(folder)/\(other)") {
        throw InputError(at: "\(folder)/\(other)", "cannot be read", expected: "all weights in one model.safetensors")
      }
    }
    let weights = try ModelWeights(SafeTensors(path: path), prefix: configuration.family.rawValue + ".")
    try weights.check(configuration.encoder, source: source)
    store = ParameterStore(seed: nil)
    _ = MaskedLanguageModel(store.scope(), configuration.encoder)
    let rest = try weights.read(into: store)
    ignored = rest.filter { $0 != Self.sinusoidsName }
    for name in rest { try checkUnused(name, in: weights.file, source: source) }
  }

  /// RoFormer's table of sines and cosines, which is computed here.
  static let sinusoidsName = "roformer.encoder.embed_positions.weight"

  /// Refuses a tensor that cannot be left out without other numbers coming out.
  private func checkUnused(_ name: String, in file: SafeTensors, source: String) throws {
    let trunk = configuration.family.rawValue + "."
    guard name.hasPrefix(trunk) else { return }
    switch name.dropFirst(trunk.count) {
    case "embeddings.position_ids", "embeddings.token_type_ids": return
    case let pooler where pooler.hasPrefix("pooler."): return
    case _ where name == Self.sinusoidsName: try checkSinusoids(name, in: file, source: source)
    default:
      throw InputError(at: file.path, "has \(name)", expected: "no such tensor, as \(source) describes the model")
    }
  }

  /// Checks that a table of sines and cosines is the one that we compute: its frequencies and its order.
  private func checkSinusoids(_ name: String, in file: SafeTensors, source: String) throws {
    let shape = [configuration.positionCount, configuration.encoder.headDim]
    guard file.entries[name]?.shape == shape else {
      throw InputError(
        at: source, "does not fit \(file.path): \(name) is \(file.entries[name]?.shape ?? []) there",
        expected: "positions × head size = \(shape)")
    }
    let table = configuration.sinusoids
    var found = [Float](repeating: 0, count: table.count)
    try found.withUnsafeMutableBufferPointer { try file.read(name, shape: table.shape, into: $0.baseAddress!) }
    // Half-precision files round numbers up to 1 by up to 2⁻⁸.
    let isEqual = zip(found, table.elements).allSatisfy { abs($0 - $1) <= 0x1p-8 }
    guard isEqual else {
      throw InputError(at: file.path, "\(name) holds other numbers", expected: "sines, then cosines, of θ = 10000")
    }
  }
}

extension HuggingFaceConfiguration {
  /// RoFormer's table, `[positionCount, headDim]`: in each row the sines of all angles, then their cosines.
  var sinusoids: Tensor<Float> {
    let size = encoder.headDim
    let interleaved: Tensor<Float> = Models.sinusoids(positionCount: positionCount, size: size)
    let elements = interleaved.elements
    return Tensor(
      (0..<positionCount).flatMap { row in
        (0..<size).map { elements[row * size + ($0 < size / 2 ? 2 * $0 : 2 * ($0 - size / 2) + 1)] }
      }, shape: [positionCount, size])
  }
}
