import Autodiff
import Formats
import Kernels

/// RoFormer: queries and keys rotated, interleaved pairs, θ = 10000.
///
/// Source: Su et al. 2021.
public struct RoFormer: ModelFamily {
  /// The name.
  public let name = "roformer"
  /// The class of `transformers`.
  public let className = "RoFormerForMaskedLM"
  /// That of the published model.
  public let standardVocabularySize = 50000
  /// That of the published model.
  public let standardPositionCount = 1536
  /// Pairs of dimensions are rotated.
  public let hasEvenHeads = true

  /// Encoders that rotate queries and keys, in whatever way.
  public func names(_ configuration: EncoderConfiguration) -> Bool {
    configuration.position.scheme.rotates
  }

  /// Rotary positions as in the paper, but for values; embeddings that may be narrower than the model.
  public func embeddings(
    _ keys: HuggingFaceKeys, hiddenSize: Int, positionCount: Int
  ) throws -> (position: PositionEncoding, size: Int) {
    (
      .rotary(.init(rotatesValues: try keys.flag("rotary_value"))),
      try keys.size("embedding_size", default: hiddenSize)
    )
  }

  /// The width of the embeddings, and whether values are rotated.
  public func ownKeys(_ encoder: EncoderConfiguration) -> [(String, JSONValue)] {
    [
      ("embedding_size", JSONValue(encoder.embeddingSize)),
      ("rotary_value", JSONValue(encoder.position.scheme.rotatesValues)),
    ]
  }

  /// What the tensor of sines and cosines is called.
  static let tableName = "roformer.encoder.embed_positions.weight"

  /// The table of sines and cosines, `[positionCount, headDim]`: in each row the sines of all angles, then their cosines.
  public func computedTensors(_ encoder: EncoderConfiguration, positionCount: Int) -> [ComputedTensor] {
    let size = encoder.headDim
    return [
      ComputedTensor(name: Self.tableName, shape: [positionCount, size], axes: "positions × head size") {
        let interleaved: Tensor<Float> = sinusoids(positionCount: positionCount, size: size)
        let elements = interleaved.elements
        return (0..<positionCount).flatMap { row in
          (0..<size).map { elements[row * size + ($0 < size / 2 ? 2 * $0 : 2 * ($0 - size / 2) + 1)] }
        }
      }
    ]
  }

  private func rotary(_ encoder: EncoderConfiguration) -> RotaryPositions? {
    encoder.position.scheme as? RotaryPositions
  }

  /// Another θ, rotated parts of heads, layers that do not rotate, and values that are rotated in halves.
  public func refusal(_ encoder: EncoderConfiguration) -> String? {
    guard let rotary = rotary(encoder) else { return "it rotates in another way than RoFormer" }
    if rotary.theta != 10000 { return "its θ is \(rotary.theta.shortText), RoFormer's 10000" }
    if rotary.rotatedDimensions(headDim: encoder.headDim) != encoder.headDim {
      return "it rotates a part of each head, RoFormer whole heads"
    }
    if let layers = rotary.layers, layers.count < encoder.layerCount {
      return "it rotates in \(layers.count) of \(encoder.layerCount) layers, RoFormer in all"
    }
    if rotary.pairing == .halves, rotary.rotatesValues {
      return "it rotates values in halves, RoFormer in neighbouring pairs"
    }
    return nil
  }

  /// The encoder with neighbouring pairs.
  public func equivalent(_ encoder: EncoderConfiguration) -> EncoderConfiguration {
    var equivalent = encoder
    equivalent.position = .rotary(.init(rotatesValues: encoder.position.scheme.rotatesValues))
    return equivalent
  }

  /// Where the pairs are halves, the rows of queries and keys change places; nothing else sees their order.
  public func copy(
    _ source: Tensor<Float>, of encoder: EncoderConfiguration, named name: String, to target: Weight<Float>
  ) {
    let rows = [".query.weight", ".query.bias", ".key.weight", ".key.bias"]
    if rotary(encoder)?.pairing == .halves, rows.contains(where: name.hasSuffix) {
      interleave(source, headDim: encoder.headDim, into: target)
    } else {
      target.set(to: source)
    }
  }
}

/// Brings the rows of each head from the order of halves, where i and i + d/2 are a pair, into that of neighbours.
///
/// - Parameters:
///   - source: `[heads · headDim, …]`.
///   - headDim: d.
///   - target: of the same shape.
private func interleave(_ source: Tensor<Float>, headDim: Int, into target: Weight<Float>) {
  let width = source.count / source.shape[0]
  for row in 0..<source.shape[0] {
    let (head, i) = row.quotientAndRemainder(dividingBy: headDim)
    let old = head * headDim + i / 2 + (i % 2) * (headDim / 2)
    target.update { ($0.baseAddress! + row * width).update(from: source.values + old * width, count: width) }
  }
}
