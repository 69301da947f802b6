import Formats
import Models
import Platform
import Text
import Training

/// The models that arms start from, each opened once, their shapes and tokens those of the arms.
///
/// `@unchecked`, since the compiler does not see that nobody changes their weights: runs copy them.
struct InitialModels: @unchecked Sendable {
  private var models: [String: SavedModel] = [:]

  /// Opens what arms start from.
  ///
  /// - Parameters:
  ///   - arms: what is trained.
  ///   - tokenizer: what makes their tokens.
  ///   - warn: told of a damaged checkpoint that another one stands in for.
  /// - Throws: `InputError` if a model cannot be opened, or differs from the arm in anything but positions and dropout.
  init(_ arms: [Arm], tokenizer: any Tokenizer, warn: (String) -> Void) throws {
    for arm in arms {
      guard let path = arm.model.initial else { continue }
      let model = try models[path] ?? SavedModel(path: path, warn: warn)
      models[path] = model
      try Self.check(arm, startsFrom: model, tokenizer: tokenizer)
    }
  }

  /// The model that an arm starts from, if any.
  subscript(arm: Arm) -> SavedModel? { arm.model.initial.flatMap { models[$0] } }

  /// Checks that runs which are there started from the weights that the models have now.
  ///
  /// - Parameters:
  ///   - cells: of the experiment.
  ///   - folder: the experiment's folder.
  /// - Throws: `InputError` naming the first run that started from others.
  func checkStart(of cells: [Cell], in folder: String) throws {
    let digests = models.mapValues { RunDigests(initial: $0.store).initialWeights }
    for cell in cells {
      let files = RunFolder(of: cell, in: folder)
      guard let path = cell.arm.model.initial, let digest = digests[path], let status = files.status,
        status.digests.initialWeights != digest
      else { continue }
      throw InputError(
        at: files.path, "started from other weights than \(path) has now",
        expected: "the same; use --out for another folder")
    }
  }

  private static func check(_ arm: Arm, startsFrom model: SavedModel, tokenizer: any Tokenizer) throws {
    guard tokenizer.hasSameTokens(as: model.tokenizer) else {
      throw InputError(
        at: "arms.\(arm.name)", "starts from \(model.path), whose tokens are others",
        expected: "the tokenizer's keys that import prints: vocabulary, lowercase, stripAccents, separateIdeographs")
    }
    let (there, here) = (model.configuration, arm.encoder(vocabularySize: model.configuration.vocabularySize))
    var keys: [(String, String, String)] = [
      ("layers", "\(there.layerCount)", "\(here.layerCount)"),
      ("hiddenSize", "\(there.hiddenSize)", "\(here.hiddenSize)"),
      ("embeddingSize", "\(there.embeddingSize)", "\(here.embeddingSize)"),
      ("heads", "\(there.headCount)", "\(here.headCount)"),
      ("feedForwardSize", "\(there.feedForwardSize)", "\(here.feedForwardSize)"),
      ("activation", there.activation.rawValue, here.activation.rawValue),
      ("normalization", there.residualOrder.rawValue, here.residualOrder.rawValue),
      ("tokenTypes", "\(there.tokenTypeCount)", "\(here.tokenTypeCount)"),
      ("layerNormEpsilon", there.layerNormEpsilon.shortText, here.layerNormEpsilon.shortText),
    ]
    if there.position.name == here.position.name {
      // Weights of one name, whose shapes these keys decide.
      for key in here.position.family.keys where key.kind == .positionCount {
        let (there, here) = (there.position.scheme.values[key.name], here.position.scheme.values[key.name])
        keys.append((key.name, there?.excerpt ?? "", here?.excerpt ?? ""))
      }
    }
    for (key, there, here) in keys where there != here {
      throw InputError(
        at: "arms.\(arm.name)", "starts from \(model.path), where \(key) is \(there), not \(here)",
        expected: "model.\(key) = \(there)")
    }
    guard tokenizer.vocabulary.count == model.configuration.vocabularySize else {
      throw InputError(
        at: "arms.\(arm.name)", "starts from \(model.path), which embeds \(model.configuration.vocabularySize) tokens",
        expected: "as many as its vocabulary has, \(tokenizer.vocabulary.count)")
    }
  }
}
