import Autodiff
import Formats
import Kernels

/// A published kind of model: what its weights are called, and how it stands in folders of Hugging Face.
public protocol ModelFamily: Sendable {
  /// Its name, `model_type` in files of Hugging Face, which also begins the names of the trunk's tensors.
  var name: String { get }

  /// The class of `transformers` that opens it with a head for masked words.
  var className: String { get }

  /// Whether weights of such an encoder bear the family's names.
  func names(_ configuration: EncoderConfiguration) -> Bool

  // MARK: config.json

  /// How many tokens the vocabulary has where `config.json` does not say it.
  var standardVocabularySize: Int { get }

  /// The longest sequence where `config.json` does not say it.
  var standardPositionCount: Int { get }

  /// Whether heads have an even size.
  var hasEvenHeads: Bool { get }

  /// The positions and the width of the embeddings that `config.json` describes.
  ///
  /// - Throws: `InputError` for a variant that would compute other numbers.
  func embeddings(
    _ keys: HuggingFaceKeys, hiddenSize: Int, positionCount: Int
  ) throws -> (position: PositionEncoding, size: Int)

  /// The keys of `config.json` that other families do not have.
  func ownKeys(_ encoder: EncoderConfiguration) -> [(String, JSONValue)]

  // MARK: Weights

  /// Tensors that files hold beside the weights and that are computed here.
  func computedTensors(_ encoder: EncoderConfiguration, positionCount: Int) -> [ComputedTensor]

  /// Why the family has no model that computes what an encoder with post-LN does; `nil` if it has one.
  func refusal(_ encoder: EncoderConfiguration) -> String?

  /// That model, for an encoder that is not refused.
  func equivalent(_ encoder: EncoderConfiguration) -> EncoderConfiguration

  /// Copies a weight of an encoder to the weight of that name in its equivalent.
  func copy(_ source: Tensor<Float>, of encoder: EncoderConfiguration, named name: String, to target: Weight<Float>)
}

extension ModelFamily {
  /// There are none.
  public func ownKeys(_ encoder: EncoderConfiguration) -> [(String, JSONValue)] { [] }

  /// There are none.
  public func computedTensors(_ encoder: EncoderConfiguration, positionCount: Int) -> [ComputedTensor] { [] }

  /// The encoder itself.
  public func equivalent(_ encoder: EncoderConfiguration) -> EncoderConfiguration { encoder }

  /// Copies it as it is.
  public func copy(
    _ source: Tensor<Float>, of encoder: EncoderConfiguration, named name: String, to target: Weight<Float>
  ) {
    target.set(to: source)
  }

  /// What a weight is called in files: the trunk's have the family's name before theirs, the head's have not.
  ///
  /// - Parameters:
  ///   - weight: its name in the store.
  ///   - part: of the model.
  /// - Returns: its name in files.
  public func fileName(_ weight: String, _ part: WeightPart?) -> String {
    part == .head ? weight : "\(name).\(weight)"
  }

  /// What a weight is called in files.
  public func fileName<S>(of parameter: ParameterStore<S>.Parameter) -> String {
    fileName(parameter.name, parameter.part)
  }
}

/// A tensor that files hold and that follows from a model's sizes.
public struct ComputedTensor {
  /// What it is called.
  let name: String
  /// The size of each axis.
  let shape: [Int]
  /// What the axes are, in words.
  let axes: String
  /// Computes the elements: only once the shape is known to be the file's, since a configuration may claim any size.
  let elements: () -> [Float]
}

/// The list of families.
enum ModelFamilies {
  /// Every family, the one that names whatever no other does last.
  static let all: [any ModelFamily] = [RoFormer(), BERT()]
}

extension EncoderConfiguration {
  /// The family whose names the encoder's weights bear.
  public var family: any ModelFamily { ModelFamilies.all.first { $0.names(self) }! }
}
