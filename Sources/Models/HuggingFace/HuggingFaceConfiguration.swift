import Formats
import Platform

/// What `config.json` of a Hugging Face folder says of a BERT or RoFormer.
public struct HuggingFaceConfiguration: Sendable, Equatable {
  /// The models of `transformers` that are encoders as ours.
  public enum Family: String, Sendable, CaseIterable {
    /// Learned positions, added to the embeddings.
    case bert
    /// Queries and keys rotated, interleaved pairs, θ = 10000.
    case roformer
  }

  /// Which model it is; its name also begins the names of the trunk's tensors.
  public let family: Family
  /// The encoder in our terms.
  public let encoder: EncoderConfiguration
  /// The longest sequence, which for RoFormer is the length of a table of sines and cosines.
  public let positionCount: Int

  /// What a file says; keys that it lacks have the defaults of `transformers`.
  ///
  /// - Throws: `InputError` for a model that is no encoder as ours, or sizes that contradict each other.
  public init(path: String) throws {
    let tree = try JSONValue.read(path, as: "the configuration of a BERT or RoFormer")
    guard tree.members != nil else {
      throw InputError(at: tree.place.description, "is \(tree.excerpt)", expected: "a JSON object")
    }
    let keys = Keys(tree: tree)
    family = try keys.family()
    try keys.checkVariant(family)

    let hiddenSize = try keys.size("hidden_size", default: 768)
    let headCount = try keys.size("num_attention_heads", default: 12)
    guard hiddenSize % headCount == 0, family == .bert || hiddenSize / headCount % 2 == 0 else {
      let even = family == .roformer ? " into heads of even size" : ""
      throw keys.fault("num_attention_heads", expected: "a number that divides hidden_size \(hiddenSize)\(even)")
    }
    positionCount = try keys.size("max_position_embeddings", default: family == .bert ? 512 : 1536)
    let position: PositionEncoding =
      switch family {
      case .bert: .learned(positionCount: positionCount)
      case .roformer: .rotary(.init(rotatesValues: try keys.flag("rotary_value")))
      }
    encoder = EncoderConfiguration(
      vocabularySize: try keys.size("vocab_size", default: family == .bert ? 30522 : 50000),
      layerCount: try keys.size("num_hidden_layers", default: 12), hiddenSize: hiddenSize,
      embeddingSize: family == .roformer ? try keys.size("embedding_size", default: hiddenSize) : nil,
      headCount: headCount, feedForwardSize: try keys.size("intermediate_size", default: 3072), position: position,
      tokenTypeCount: try keys.size("type_vocab_size", default: 2), layerNormEpsilon: try keys.epsilon())
  }

  /// An encoder as one of the models of `transformers`.
  ///
  /// - Parameters:
  ///   - family: which.
  ///   - encoder: post-LN, its positions those of the family.
  ///   - positionCount: the longest sequence.
  init(family: Family, encoder: EncoderConfiguration, positionCount: Int) {
    self.family = family
    self.encoder = encoder
    self.positionCount = positionCount
  }

  /// The text of `config.json`.
  ///
  /// - Parameter padding: the id of `[PAD]`.
  /// - Returns: JSON that `AutoModelForMaskedLM` understands, a line break at its end.
  func text(padding: Int) -> String {
    let architecture = family == .bert ? "BertForMaskedLM" : "RoFormerForMaskedLM"
    var members: [(String, JSONValue)] = [
      ("architectures", JSONValue(.list([JSONValue(architecture)]))),
      ("model_type", JSONValue(family.rawValue)),
      ("vocab_size", JSONValue(encoder.vocabularySize)),
      ("hidden_size", JSONValue(encoder.hiddenSize)),
      ("num_hidden_layers", JSONValue(encoder.layerCount)),
      ("num_attention_heads", JSONValue(encoder.headCount)),
      ("intermediate_size", JSONValue(encoder.feedForwardSize)),
      ("max_position_embeddings", JSONValue(positionCount)),
      ("type_vocab_size", JSONValue(encoder.tokenTypeCount)),
      ("layer_norm_eps", JSONValue(encoder.layerNormEpsilon)),
      ("hidden_act", JSONValue("gelu")),
      ("hidden_dropout_prob", JSONValue(encoder.dropout)),
      ("attention_probs_dropout_prob", JSONValue(encoder.dropout)),
      ("initializer_range", JSONValue(encoder.initializerDeviation)),
      ("pad_token_id", JSONValue(padding)),
      ("tie_word_embeddings", JSONValue(true)),
      ("dtype", JSONValue("float32")),
    ]
    if family == .roformer {
      members.append(("embedding_size", JSONValue(encoder.embeddingSize)))
      members.append(("rotary_value", JSONValue(encoder.position.scheme.rotatesValues)))
    }
    return JSONValue(members: members).serialized() + "\n"
  }
}

/// The keys of a `config.json`.
private struct Keys {
  let tree: JSONValue

  func fault(_ key: String, expected: String) -> InputError {
    let value = tree[key]
    return InputError(
      at: value?.place.description ?? tree.place.source,
      value.map { "\(key) is \($0.excerpt)" } ?? "\(key) is missing", expected: expected)
  }

  func family() throws -> HuggingFaceConfiguration.Family {
    guard let family = tree["model_type"]?.text.flatMap(HuggingFaceConfiguration.Family.init) else {
      throw fault("model_type", expected: "\"bert\" or \"roformer\"")
    }
    return family
  }

  /// A size; the bound keeps every product of two sizes within an `Int`.
  func size(_ key: String, default standard: Int) throws -> Int {
    guard let value = tree[key] else { return standard }
    guard let size = value.integer, (1...100_000_000).contains(size) else {
      throw fault(key, expected: "a whole number from 1 to 100000000")
    }
    return size
  }

  func flag(_ key: String) throws -> Bool {
    guard let value = tree[key] else { return false }
    guard let flag = value.flag else { throw fault(key, expected: "true or false") }
    return flag
  }

  func epsilon() throws -> Double {
    guard let value = tree["layer_norm_eps"] else { return 1e-12 }
    guard let epsilon = value.number, epsilon > 0, epsilon < 1 else {
      throw fault("layer_norm_eps", expected: "a number above 0 and below 1")
    }
    return epsilon
  }

  /// Refuses what would load and compute other numbers.
  func checkVariant(_ family: HuggingFaceConfiguration.Family) throws {
    if let activation = tree["hidden_act"], activation.text != "gelu" {
      throw fault("hidden_act", expected: "\"gelu\", the exact form with erf")
    }
    if family == .bert, let kind = tree["position_embedding_type"], kind.text != "absolute" {
      throw fault("position_embedding_type", expected: "\"absolute\"")
    }
    for key in ["is_decoder", "add_cross_attention"] where try flag(key) {
      throw fault(key, expected: "false: an encoder")
    }
  }
}
