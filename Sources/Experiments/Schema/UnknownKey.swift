import Formats
import Platform

extension Schema {
  /// An error for a key that the schema does not have, naming one that is near in letters or in meaning.
  ///
  /// - Parameters:
  ///   - name: the key as it stands in its object, or a dotted path.
  ///   - object: what the object is called, such as `training`; empty for the experiment itself.
  ///   - candidates: the keys that the object may have.
  ///   - place: where the key stands.
  /// - Returns: the error.
  static func unknownKey(
    _ name: String, in object: String, among candidates: [String], at place: JSONValue.Place
  ) -> InputError {
    let shown = JSONValue(name).excerpt
    let problem = object.isEmpty ? "unknown key \(shown)" : "unknown key \(shown) in \(object)"
    if let near = nearKey(to: name, in: object, among: candidates) {
      return InputError(at: place.description, "\(problem) (did you mean \(near)?)")
    }
    return InputError(at: place.description, problem, expected: "a key that `roformer help run` lists")
  }

  /// What may have been meant by a name: a key of the object, or one of another object that is nearer still.
  private static func nearKey(to name: String, in object: String, among candidates: [String]) -> String? {
    // A dotted path as a key of a file is a key that there is, in the wrong form.
    if object.isEmpty, let key = keys.first(where: { $0.path == name }) {
      return "\(key.name) within \"\(key.section.rawValue)\""
    }
    let parts = name.split(separator: ".").map(String.init)
    let (last, section) = (parts.last ?? name, parts.count > 1 ? parts[0] : nil)
    var all: [(text: String, shown: String, handicap: Double)] = []
    // What the object has itself, and what the section has that the path begins with, is a little nearer.
    if section == nil {
      all += candidates.filter { !$0.contains(".") }.map { (text: $0, shown: shown($0, in: object), handicap: 0) }
    }
    for key in keys {
      let isOwn = section.map { $0 == key.section.rawValue } ?? candidates.contains(key.name)
      let meant = isOwn && !object.isEmpty ? key.name : shown(key, in: object)
      // Stages repeat keys that are more often meant elsewhere.
      let rare = !isOwn && [.selection, .quality, .arm].contains(key.section) ? 0.2 : 0
      all.append((text: key.name, shown: meant, handicap: (isOwn ? 0 : 0.25) + rare))
      for word in meanings[key.path] ?? [] { all.append((text: word, shown: meant, handicap: isOwn ? 0.25 : 0.5)) }
    }
    return nearestCandidate(to: last, among: all)
  }

  private static func shown(_ key: SchemaKey, in object: String) -> String {
    key.section == .experiment && !object.isEmpty ? "the experiment's \(key.name)" : key.path
  }

  /// A candidate's name as it is shown: keys of sections with their path, where the object is the experiment.
  private static func shown(_ candidate: String, in object: String) -> String {
    let own = sections.contains { $0.rawValue == candidate }
    guard object.isEmpty, !own, let key = keys.first(where: { $0.name == candidate }) else { return candidate }
    return key.path
  }

  /// Words of other programs and of papers, by the path of the key that they mean here.
  private static let meanings: [String: [String]] = [
    "corpus": ["data", "dataset", "text", "trainFile"],
    "learningRates": ["lr", "lrs", "rate", "peakLearningRate", "maxLearningRate"],
    "seeds": ["randomState"],
    "targetLosses": ["goals", "losses", "target", "targets"],
    "tokenizer.vocabularySize": ["vocabSize"],
    "validation.fraction": ["heldOut", "testSize", "validationSplit"],
    "masking.probability": ["mlmProbability", "maskProbability", "maskingRate"],
    "model.layers": ["depth", "numLayers", "nLayer", "numHiddenLayers", "blocks"],
    "model.hiddenSize": ["width", "dim", "dModel", "nEmbd", "embedDim"],
    "model.heads": ["numHeads", "nHead", "numAttentionHeads"],
    "model.feedForwardSize": ["ffn", "dFF", "intermediateSize", "mlpDim"],
    "model.normalization": ["layerNorm", "preLN", "postLN", "normFirst"],
    "model.dropout": ["dropoutRate", "hiddenDropoutProb"],
    "model.initial": ["checkpoint", "pretrained", "initFrom", "startFrom"],
    "model.theta": ["base", "ropeTheta", "ropeBase", "rotaryBase"],
    "model.position": ["encoding", "positionEncoding", "positionEmbedding", "positionEmbeddingType"],
    "training.steps": ["epochs", "iterations", "iters", "maxSteps", "maxIters", "trainSteps"],
    "training.batchSize": ["bs", "perDeviceTrainBatchSize"],
    "training.sequenceLength": ["context", "contextLength", "seqLen", "maxLength", "blockSize", "length"],
    "training.warmupSteps": ["warmupIters", "warmupRatio"],
    "training.validationInterval": ["evalInterval", "evalSteps", "evalEvery"],
    "training.logInterval": ["loggingSteps", "logEvery"],
    "training.checkpointInterval": ["saveSteps", "saveInterval", "saveEvery"],
    "training.weightDecay": ["wd", "decay", "l2"],
    "training.clipNorm": ["gradClip", "gradientClip", "maxGradNorm", "maxNorm"],
    "training.epsilon": ["eps", "adamEpsilon"],
    "training.beta1": ["betas", "momentum"],
  ]
}
