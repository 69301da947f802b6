import Formats
import Kernels
import Platform

/// What `config.json` of a Hugging Face folder says of a BERT or RoFormer.
public struct HuggingFaceConfiguration: Sendable {
  /// Which model it is.
  public let family: any ModelFamily
  /// The encoder in our terms.
  public let encoder: EncoderConfiguration
  /// The longest sequence, which for RoFormer is the length of a table of sines and cosines.
  public let positionCount: Int
  /// Whether the output layer is the token embeddings; else the file with the weights has one of its own.
  public let tiesDecoder: Bool
  /// The file with the weights, where the configuration names it.
  let weightsFile: String?

  /// What a file says; keys that it lacks have the defaults of `transformers`.
  ///
  /// - Throws: `InputError` for a model that is no encoder as ours, or sizes that contradict each other.
  public init(path: String) throws {
    let tree = try JSONValue.read(path, as: "the configuration of a BERT or RoFormer")
    guard tree.members != nil else {
      throw InputError(at: tree.place.description, "is \(tree.excerpt)", expected: "a JSON object")
    }
    let keys = HuggingFaceKeys(tree: tree)
    family = try keys.family()
    try keys.checkVariant()
    tiesDecoder = try keys.flag("tie_word_embeddings", default: true)
    weightsFile = try keys.weightsFile()

    let hiddenSize = try keys.size("hidden_size", default: 768)
    let headCount = try keys.size("num_attention_heads", default: 12)
    guard hiddenSize % headCount == 0, !family.hasEvenHeads || hiddenSize / headCount % 2 == 0 else {
      let even = family.hasEvenHeads ? " into heads of even size" : ""
      throw keys.fault("num_attention_heads", expected: "a number that divides hidden_size \(hiddenSize)\(even)")
    }
    positionCount = try keys.size("max_position_embeddings", default: family.standardPositionCount)
    let (position, embeddingSize) = try family.embeddings(keys, hiddenSize: hiddenSize, positionCount: positionCount)
    encoder = EncoderConfiguration(
      vocabularySize: try keys.size("vocab_size", default: family.standardVocabularySize),
      layerCount: try keys.size("num_hidden_layers", default: 12), hiddenSize: hiddenSize,
      embeddingSize: embeddingSize,
      headCount: headCount, feedForwardSize: try keys.size("intermediate_size", default: 3072),
      activation: try keys.activation(), position: position,
      tokenTypeCount: try keys.size("type_vocab_size", default: 2), layerNormEpsilon: try keys.epsilon())
  }

  /// An encoder as one of the models of `transformers`.
  ///
  /// - Parameters:
  ///   - family: which.
  ///   - encoder: post-LN, its positions those of the family.
  ///   - positionCount: the longest sequence.
  init(family: any ModelFamily, encoder: EncoderConfiguration, positionCount: Int) {
    self.family = family
    self.encoder = encoder
    self.positionCount = positionCount
    tiesDecoder = true
    weightsFile = nil
  }

  /// The text of `config.json`.
  ///
  /// - Parameter padding: the id of `[PAD]`.
  /// - Returns: JSON that `AutoModelForMaskedLM` understands, a line break at its end.
  func text(padding: Int) -> String {
    let members: [(String, JSONValue)] = [
      ("architectures", JSONValue(.list([JSONValue(family.className)]))),
      ("model_type", JSONValue(family.name)),
      ("vocab_size", JSONValue(encoder.vocabularySize)),
      ("hidden_size", JSONValue(encoder.hiddenSize)),
      ("num_hidden_layers", JSONValue(encoder.layerCount)),
      ("num_attention_heads", JSONValue(encoder.headCount)),
      ("intermediate_size", JSONValue(encoder.feedForwardSize)),
      ("max_position_embeddings", JSONValue(positionCount)),
      ("type_vocab_size", JSONValue(encoder.tokenTypeCount)),
      ("layer_norm_eps", JSONValue(encoder.layerNormEpsilon)),
      ("hidden_act", JSONValue(encoder.activation.huggingFaceNames[0])),
      ("hidden_dropout_prob", JSONValue(encoder.dropout)),
      ("attention_probs_dropout_prob", JSONValue(encoder.dropout)),
      ("initializer_range", JSONValue(encoder.initializerDeviation)),
      ("pad_token_id", JSONValue(padding)),
      ("tie_word_embeddings", JSONValue(true)),
      ("dtype", JSONValue("float32")),
    ]
    return JSONValue(members: members + family.ownKeys(encoder)).serialized() + "\n"
  }
}

extension Activation {
  /// What `hidden_act` calls it; first the name that is written.
  ///
  /// Source: the table `ACT2CLS` of `transformers` 5, whose other entries are other functions.
  var huggingFaceNames: [String] {
    switch self {
    case .gelu: ["gelu", "gelu_python"]
    case .geluTanh: ["gelu_new", "gelu_pytorch_tanh", "gelu_python_tanh", "gelu_fast", "gelu_accurate"]
    case .relu: ["relu"]
    case .silu: ["silu", "swish"]
    }
  }
}
