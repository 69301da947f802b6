import Formats
import Models
import Platform
import Text
import Training

/// `export`: writes a trained model as a folder that `transformers` loads.
let exportCommand = Command(
  name: "export", summary: "Write a trained model as a Hugging Face folder, BERT or RoFormer",
  operands: ["RUN", "DIR"],
  options: [
    .init(
      name: "--positions", value: "N",
      summary: "the longest sequence it is to take, unless it has a learned table; 512 by default")
  ],
  details: {
    """
    RUN is a run's folder or a checkpoint. DIR gets config.json, model.safetensors, vocab.txt and tokenizer_config.json.
    Learned positions become BERT; so do none (a table of zeros) and sinusoids (their table). Rotary positions become
    RoFormer if θ is 10000 and whole heads are rotated. Anything else has no such model, and is refused with the reason.
    """
  }
) { arguments, program in
  let model = try program.model(arguments.operands[0])
  let positions = try arguments.integer("--positions", in: 1...1_000_000) ?? 512
  let exported = try write(model, positionCount: positions, to: arguments.operands[1])
  program.output("\(arguments.operands[1]): \(exported.className)")
  return ExitCode.done
}

/// `import`: writes a BERT or RoFormer as a folder that an experiment can start from, and says how.
let importCommand = Command(
  name: "import", summary: "Make a BERT or RoFormer of Hugging Face a starting point for experiments",
  operands: ["DIR", "OUT"], options: [],
  details: {
    """
    DIR holds config.json, model.safetensors or its shards, and vocab.txt or tokenizer.json. OUT gets the same model in 32
    bits without what a masked-language model has no use for. What is printed belongs into an experiment file.
    """
  }
) { arguments, program in
  let (source, folder) = (arguments.operands[0], arguments.operands[1])
  try Files.checkMayBeFolder(source)
  guard Files.exists(HuggingFaceModel.configurationPath(in: source)) else {
    throw InputError(at: source, "has no config.json", expected: "a folder of Hugging Face")
  }
  let model = try program.model(source)
  _ = try write(
    model,
    positionCount: try HuggingFaceConfiguration(
      path: HuggingFaceModel.configurationPath(in: source)
    ).positionCount, to: folder)
  program.output(startingPoint(model, folder: folder).serialized())
  return ExitCode.done
}

/// Writes a model in the format of Hugging Face into a folder of its own.
private func write(
  _ model: SavedModel, positionCount: Int, to folder: String
) throws -> any ModelFamily {
  let exported = try HuggingFaceModel(
    exporting: model.configuration, store: model.store, positionCount: positionCount, source: model.path)
  guard model.tokenizer is WordPieceTokenizer else {
    throw InputError(at: model.path, "has tokens of single characters, for which transformers has no tokenizer")
  }
  guard !Files.exists(HuggingFaceModel.configurationPath(in: folder)) else {
    throw InputError(at: folder, "holds a model already", expected: "another folder")
  }
  try Files.makeFolder(folder)
  try TokenizerFolder.write(model.tokenizer, to: folder)
  // config.json last: a folder that was left half written is then no model.
  try exported.write(to: folder, padding: model.tokenizer.vocabulary.padding)
  return exported.configuration.family
}

/// The keys of an experiment file that make an arm start from a model.
private func startingPoint(_ model: SavedModel, folder: String) -> JSONValue {
  let encoder = model.configuration
  let arm =
    [("name", JSONValue(encoder.position.name)), ("position", JSONValue(encoder.position.name))]
    + encoder.position.givenValues
  let vocabulary = TokenizerFolder.writtenVocabulary(of: model.tokenizer, in: folder)
  var tokenizer: [(String, JSONValue)] = [("vocabulary", JSONValue(vocabulary))]
  // A folder says for itself how its text is normalized.
  if let pieces = model.tokenizer as? WordPieceTokenizer, vocabulary != folder {
    let normalization = pieces.normalization
    tokenizer.append(("lowercase", JSONValue(normalization.lowercase)))
    if normalization.stripsAccents != normalization.lowercase {
      tokenizer.append(("stripAccents", JSONValue(normalization.stripsAccents)))
    }
    if !normalization.separatesIdeographs { tokenizer.append(("separateIdeographs", JSONValue(false))) }
  }
  return JSONValue(members: [
    ("tokenizer", JSONValue(members: tokenizer)),
    (
      "model",
      JSONValue(members: [
        ("initial", JSONValue(folder)), ("layers", JSONValue(encoder.layerCount)),
        ("hiddenSize", JSONValue(encoder.hiddenSize)), ("embeddingSize", JSONValue(encoder.embeddingSize)),
        ("heads", JSONValue(encoder.headCount)), ("feedForwardSize", JSONValue(encoder.feedForwardSize)),
        ("activation", JSONValue(encoder.activation.rawValue)),
        ("tokenTypes", JSONValue(encoder.tokenTypeCount)), ("layerNormEpsilon", JSONValue(encoder.layerNormEpsilon)),
      ])
    ),
    (
      "training",
      JSONValue(members: [("sequenceLength", JSONValue(min(128, model.maximumLength ?? 128)))])
    ),
    ("arms", JSONValue(.list([JSONValue(members: arm)]))),
  ])
}
