import Encoders
import Foundation
import Kernels
import Platform

/// Everything that decides how a run goes on, in one safetensors file.
///
/// Weights stand under Hugging Face's names, the optimizer's moments beside them under `optimizer.first.` and
/// `optimizer.second.`, the rest in the metadata as JSON.
public struct Checkpoint: Codable, Sendable, Equatable {
  /// Steps done.
  public var step: Int
  /// Tokens trained on.
  public var tokens: Int
  /// Seconds spent.
  public var elapsedSeconds: Double
  /// The digest of all batches so far; see `RunDigests`.
  public var digests: RunDigests
  /// The curve so far.
  public var points: [CurvePoint]

  /// The key of a file's metadata under which the model's shape is described.
  static let encoderKey = "encoder"

  /// Writes a file with the state and the model's weights and moments.
  ///
  /// - Throws: `InputError` if the folder cannot be written.
  public func write(_ training: ModelTraining<Float>, to path: String) throws {
    var items: [SafeTensors.Item] = []
    for (parameter, moments) in zip(training.store.parameters, training.optimizer.moments) {
      let name = training.configuration.checkpointPrefix(parameter.name) + parameter.name
      let shape = parameter.value.shape
      items.append(SafeTensors.Item(name, shape: shape, parameter.value.storage.pointer))
      items.append(SafeTensors.Item("optimizer.first." + name, shape: shape, moments.first.pointer))
      items.append(SafeTensors.Item("optimizer.second." + name, shape: shape, moments.second.pointer))
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let state = String(decoding: try encoder.encode(self), as: UTF8.self)
    let shape = String(decoding: try encoder.encode(training.configuration), as: UTF8.self)
    let metadata = ["format": "pt", "roformer": state, Self.encoderKey: shape]
    try Files.write(SafeTensors.encode(items, metadata: metadata), to: path)
  }

  /// Reads a file's state, and its weights and moments into a model of the same shape.
  ///
  /// - Throws: `InputError` if the file is not a checkpoint of such a model.
  public static func read(_ path: String, into training: ModelTraining<Float>) throws -> Checkpoint {
    let file = try SafeTensors(path: path)
    guard let state = file.metadata["roformer"],
      let checkpoint = try? JSONDecoder().decode(Checkpoint.self, from: Data(state.utf8)), checkpoint.step >= 0
    else { throw InputError(at: path, "holds no training state", expected: "a checkpoint of this program") }
    for (parameter, moments) in zip(training.store.parameters, training.optimizer.moments) {
      let name = training.configuration.checkpointPrefix(parameter.name) + parameter.name
      let shape = parameter.value.shape
      try file.read(name, shape: shape, into: parameter.value.storage.pointer)
      try file.read("optimizer.first." + name, shape: shape, into: moments.first.pointer)
      try file.read("optimizer.second." + name, shape: shape, into: moments.second.pointer)
    }
    training.optimizer.resume(stepCount: checkpoint.step)
    return checkpoint
  }
}

extension EncoderConfiguration {
  /// What Hugging Face's names of a weight begin with: the model's name for the trunk, nothing for the head.
  func checkpointPrefix(_ name: String) -> String {
    guard !name.hasPrefix("cls.") else { return "" }
    if case .rotary = position { return "roformer." } else { return "bert." }
  }
}
