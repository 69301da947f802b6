import Models
import Training

/// A model and the batches it is trained on: what products, attention and steps are timed of.
public struct Workload: Sendable {
  /// The model's size.
  public var preset: EncoderConfiguration.Preset
  /// Sequences a step.
  public var batchSize: Int
  /// Tokens a sequence.
  public var sequenceLength: Int
  /// Tokens in the vocabulary.
  public var vocabularySize: Int
  /// How positions are encoded, each family as it is by default.
  public var position: PositionFamily

  enum CodingKeys: String, CodingKey {
    case preset, position
    case batchSize = "batch"
    case sequenceLength = "length"
    case vocabularySize = "vocabulary"
  }

  /// A workload; without arguments, the one that published numbers are of.
  public init(
    preset: EncoderConfiguration.Preset = .mini, batchSize: Int = 32, sequenceLength: Int = 128,
    vocabularySize: Int = 8192, position: PositionFamily = .usual
  ) {
    self.preset = preset
    self.batchSize = batchSize
    self.sequenceLength = sequenceLength
    self.vocabularySize = vocabularySize
    self.position = position
  }

  /// Writes all of it but what makes no difference to the numbers that it stands beside.
  func encode(to encoder: any Encoder, without omitted: CodingKeys?) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    func write(_ value: some Encodable, _ key: CodingKeys) throws {
      if key != omitted { try container.encode(value, forKey: key) }
    }
    try write(preset, .preset)
    try write(batchSize, .batchSize)
    try write(sequenceLength, .sequenceLength)
    try write(vocabularySize, .vocabularySize)
    try write(position, .position)
  }

  /// The model.
  public var encoder: EncoderConfiguration {
    let sizes = preset.sizes
    return EncoderConfiguration(
      vocabularySize: vocabularySize, layerCount: sizes.layerCount, hiddenSize: sizes.hiddenSize,
      headCount: sizes.headCount, position: position.standard(sequenceLength: sequenceLength))
  }

  /// Tokens a step.
  var tokenCount: Int { batchSize * sequenceLength }

  /// Tokens a step that are hidden, whose prediction is what the head computes.
  var maskedTokenCount: Int { batchSize * MaskingRule.bert.count(length: sequenceLength) }
}
