import Formats
import Models
import Foundation
import Kernels
import Platform
import Text

/// A model that can be used: its shape, its weights and its tokenizer, from wherever they were left.
public struct SavedModel {
  /// Where it was found.
  public let path: String
  /// The model's shape.
  public let configuration: EncoderConfiguration
  /// The weights.
  public let store: ParameterStore<Float>
  /// What makes its tokens.
  public let tokenizer: any Tokenizer
  /// The length of the sequences that a run was trained on; `nil` for a model from elsewhere.
  public let trainedLength: Int?
  /// Tensors of the file that the model has no use for, by name.
  public let ignored: [String]

  /// The longest sequence that the model takes; `nil` if its positions have no end.
  public var maximumLength: Int? {
    configuration.position.scheme.maximumLength
  }

  /// The checkpoints of a run's folder.
  public static func checkpoints(in folder: String) -> CheckpointFiles {
    CheckpointFiles(folder + "/checkpoint.safetensors")
  }

  /// Opens a model.
  ///
  /// Where the newest checkpoint of a run's folder is damaged, the one before stands in, as it does for the run itself;
  /// nothing is set aside, as the run may be under way.
  ///
  /// - Parameters:
  ///   - path: a run's folder, a checkpoint, or a folder of Hugging Face.
  ///   - warn: told of a damaged checkpoint that another one stands in for.
  /// - Throws: `InputError` if there is no model, or a file is malformed.
  public init(path: String, warn: (String) -> Void = { _ in }) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw InputError(at: path, "no such file or folder", expected: Self.expected)
    }
    var folder = path
    while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
    if !isFolder.boolValue { folder = (path as NSString).deletingLastPathComponent }
    if folder.isEmpty { folder = "." }
    let isHuggingFace =
      Files.exists(HuggingFaceModel.configurationPath(in: folder))
      && (isFolder.boolValue || HuggingFaceModel.fileNames.contains((path as NSString).lastPathComponent))
    self.path = path
    if isHuggingFace {
      let opened = try HuggingFaceModel(folder: folder)
      (configuration, store, ignored) = (opened.configuration.encoder, opened.store, opened.ignored)
      trainedLength = nil
    } else {
      // Who names a checkpoint means that one.
      let checkpoints = isFolder.boolValue ? Self.checkpoints(in: folder).existing : [path]
      (configuration, store, trainedLength) = try Self.weights(ofFirstWhole: checkpoints, in: folder, warn: warn)
      ignored = []
    }
    tokenizer = try TokenizerFolder.load(folder, notice: warn)
    guard tokenizer.vocabulary.count <= configuration.vocabularySize else {
      throw InputError(
        at: folder, "has a vocabulary of \(tokenizer.vocabulary.count) tokens",
        expected: "at most \(configuration.vocabularySize), which the model embeds")
    }
  }

  static let expected = "a run's folder, a checkpoint, or a folder with config.json and model.safetensors"

  /// What to say of a folder without a model: an experiment's has several.
  private static func nothing(in folder: String) -> InputError {
    let runs = ((try? FileManager.default.contentsOfDirectory(atPath: folder + "/runs")) ?? []).sorted()
    guard let first = runs.first(where: { !checkpoints(in: "\(folder)/runs/\($0)").existing.isEmpty }) else {
      return InputError(at: folder, "holds no model", expected: expected)
    }
    return InputError(
      at: folder, "holds \(runs.count.counted("run"))", expected: "one of them, such as \(folder)/runs/\(first)")
  }

  private static func weights(
    ofFirstWhole checkpoints: [String], in folder: String, warn: (String) -> Void
  ) throws -> (EncoderConfiguration, ParameterStore<Float>, trainedLength: Int?) {
    let found = try CheckpointFiles.firstWhole(of: checkpoints, weights(ofCheckpoint:)) { path, damage, next in
      guard let next else {
        // Something else than a checkpoint is told as what it is.
        _ = try SafeTensors(path: path)
        throw InputError(at: path, damage.description, expected: "a checkpoint as it was written")
      }
      warn("\(path): \(damage); using the one before, \(next)")
    }
    guard let found else { throw nothing(in: folder) }
    return found
  }

  private static func weights(
    ofCheckpoint path: String
  ) throws -> (EncoderConfiguration, ParameterStore<Float>, trainedLength: Int?) {
    try CheckpointChecksum.check(path)
    let file = try SafeTensors(path: path)
    let trained = try Checkpoint.encoder(statedIn: file)
    let configuration = trained.atStep(Checkpoint.step(statedIn: file) ?? 0)
    let objective = try Checkpoint.objective(statedIn: file)?.objective ?? Objectives.first
    try configuration.check(source: path)
    let weights = try ModelWeights(TensorFiles(file), configuration.family)
    try weights.check(configuration, source: "its metadata")
    let store = ParameterStore<Float>(seed: nil)
    objective.addWeights(to: store.scope(), of: configuration)
    // What is left over are the optimizer's moments.
    _ = try weights.read(into: store)
    return (configuration, store, Checkpoint.sequenceLength(statedIn: file))
  }
}

extension ParameterStore<Float> {
  /// Starts from another model's weights: each weight takes the values of the one that has its name.
  ///
  /// Weights of the position encoding that the other model lacks stay as they are, so that an encoder may start from one
  /// whose positions differ.
  ///
  /// - Parameters:
  ///   - other: the weights to start from.
  ///   - source: where they come from; begins the error.
  /// - Throws: `InputError` if another weight is missing, or one has another shape.
  public func start(from other: ParameterStore<Float>, source: String) throws {
    for parameter in parameters {
      guard let value = other[parameter.name]?.value else {
        if parameter.part == .positions { continue }
        throw InputError(at: source, "has no \(parameter.name)", expected: "a model of the arm's shape")
      }
      guard value.shape == parameter.value.shape else {
        throw InputError(
          at: source, "\(parameter.name) is \(value.shape)",
          expected: "\(parameter.value.shape), as the arm describes it")
      }
      parameter.weight.set(to: value)
    }
  }
}
