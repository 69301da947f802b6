import Autodiff
import Formats
import Foundation
import Kernels

/// Sines and cosines that are added to the embeddings.
///
/// Source: Vaswani et al. 2017, section 3.5.
public struct SinusoidalPositions: PositionScheme {
  /// How sinusoids and token embeddings are brought to one scale.
  public enum Scale: String, Codable, Sendable, CaseIterable {
    /// tokens + sinusoid, as they are.
    case plain
    /// tokens · √d + sinusoid (Vaswani et al. 2017, section 3.4).
    case scaledTokens = "scaled-tokens"
    /// tokens + s · sinusoid with a trained scalar s that starts at d^−½.
    case learned
  }

  /// The name.
  public static let name = "sinusoidal"
  /// Its keys.
  public static let keys = [
    PositionKey(
      "scale", .choice(Scale.allCases.map(\.rawValue)), JSONValue(Scale.plain.rawValue),
      "sinusoids as they are, tokens multiplied by √hiddenSize, or sinusoids by a trained scalar")
  ]
  /// A form a scale.
  public static let checkedForms = Scale.allCases.map { (form: $0.rawValue, scheme: SinusoidalPositions($0)) }

  /// How both are brought to one scale.
  public let scale: Scale

  /// Sinusoids at a scale.
  public init(_ scale: Scale = .plain) {
    self.scale = scale
  }

  /// The scheme of checked values.
  public init(_ values: PositionKey.Values) {
    self.init(Scale(rawValue: values.text("scale"))!)
  }

  /// Reads a checkpoint's description.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(try container.decodeIfPresent(Scale.self, forKey: .scale) ?? .plain)
  }

  /// The values of its keys.
  public var values: PositionKey.Values { ["scale": JSONValue(scale.rawValue)] }

  /// Sinusoids at their scale.
  public func addition<S: Scalar>(
    _ scope: ParameterScope<S>, _ configuration: EncoderConfiguration
  ) -> AddedPositions<S>? {
    let (size, offset) = (configuration.embeddingSize, configuration.positionOffset)
    let rootSize = Double(size).squareRoot()
    func table(_ time: Int) -> Tensor<S> { sinusoids(positionCount: time, size: size, offset: offset) }
    switch scale {
    case .plain: return AddedPositions(table: table)
    case .scaledTokens: return AddedPositions(tokenScale: S(rootSize), table: table)
    case .learned:
      let factor = scope.parameter(Self.factorName, .gain, shape: [1], .constant(1 / rootSize))
      return AddedPositions { table($0) * factor }
    }
  }

  private static let factorName = "position_scale"

  /// A width that is odd.
  public func misfit(_ sizes: PositionSizes) -> PositionMisfit? {
    guard sizes.embeddingSize % 2 != 0 else { return nil }
    return PositionMisfit(
      key: sizes.embeddingSize == sizes.hiddenSize ? "hiddenSize" : "embeddingSize", found: "\(sizes.embeddingSize)",
      expected: "an even width, since sinusoids come as pairs of sine and cosine")
  }

  /// The table for the widest of the models.
  public static func drawings(of models: [PositionDrawing.Model], distance: Int) -> [PositionDrawing] {
    let size = models.widest.embeddingSize
    return [
      PositionDrawing(
        "sinusoids", title: "Sinusoidal positions, width \(size)", .vectors(sinusoids(positionCount: 128, size: size)))
    ]
  }

  /// The table written out, times its scale if that was trained.
  public func equivalent(
    positionCount: Int, _ configuration: EncoderConfiguration, _ store: ParameterStore<Float>
  ) -> PositionEquivalent {
    let table: Tensor<Float> = sinusoids(positionCount: positionCount, size: configuration.embeddingSize)
    switch scale {
    case .plain: return .table(table)
    case .scaledTokens:
      return .nothing(reason: "its tokens are multiplied by √d as inputs and not in the tied output layer")
    case .learned:
      let factor = store["embeddings." + Self.factorName]?.value.scalar
      return .table(factor.map { table.scaled(by: $0) } ?? table)
    }
  }
}

extension PositionEncoding {
  /// Sines and cosines added to the embeddings.
  public static func sinusoidal(_ scale: SinusoidalPositions.Scale) -> PositionEncoding {
    PositionEncoding(SinusoidalPositions(scale))
  }
}

/// Sinusoidal positions: column 2i is sin(p / 10000^(2i/d)), column 2i + 1 its cosine.
///
/// Source: Vaswani et al. 2017, section 3.5.
///
/// - Parameters:
///   - positionCount: how many positions.
///   - size: d.
///   - offset: the first position.
/// - Returns: `[positionCount, size]`, computed in `Double`.
public func sinusoids<S: Scalar>(positionCount: Int, size: Int, offset: Int = 0) -> Tensor<S> {
  var elements: [S] = []
  elements.reserveCapacity(positionCount * size)
  let frequencies = (0..<(size + 1) / 2).map { pow(10000, -2 * Double($0) / Double(size)) }
  for position in 0..<positionCount {
    for column in 0..<size {
      let angle = Double(offset + position) * frequencies[column / 2]
      elements.append(S(column % 2 == 0 ? sin(angle) : cos(angle)))
    }
  }
  return Tensor(elements, shape: [positionCount, size])
}
