import Kernels

/// How an encoder knows where a token stands: the one thing in which the arms of an experiment differ.
///
/// An encoding enters at one of two seams: it is added to the embeddings (`sinusoidal`, `learned`), or applied to
/// queries and keys (`rotary`).
public enum PositionEncoding: Sendable, Equatable {
  /// No position at all: the encoder sees a bag of tokens.
  case none
  /// Sines and cosines added to the embeddings (Vaswani et al. 2017, section 3.5).
  case sinusoidal(SinusoidScale)
  /// A trained table with a row a position, added to the embeddings (BERT, Devlin et al. 2018).
  case learned(positionCount: Int)
  /// Queries and keys rotated by angles that grow with the position (RoFormer, Su et al. 2021, section 3.2.2).
  case rotary(Rotary)

  /// How sinusoids and token embeddings are brought to one scale.
  public enum SinusoidScale: String, Codable, Sendable, CaseIterable {
    /// tokens + sinusoid, as they are.
    case plain
    /// tokens · √d + sinusoid (Vaswani et al. 2017, section 3.4).
    case scaledTokens = "scaled-tokens"
    /// tokens + s · sinusoid with a trained scalar s that starts at d^−½.
    case learned
  }

  /// The parameters of rotary positions.
  public struct Rotary: Codable, Sendable, Equatable {
    /// Which two dimensions of a head form a pair.
    public var pairing: RotaryPairing
    /// The base θ of the frequencies θ^(−2i/r), for r rotated dimensions; 10000 in the paper.
    public var theta: Double
    /// The share of each head's dimensions that is rotated; 1 in the paper.
    public var fraction: Double
    /// Whether values are rotated too, as Hugging Face's `rotary_value` asks; not in the paper.
    public var rotatesValues: Bool

    /// Rotary positions as in the paper, unless told otherwise.
    public init(
      pairing: RotaryPairing = .interleaved, theta: Double = 10000, fraction: Double = 1, rotatesValues: Bool = false
    ) {
      self.pairing = pairing
      self.theta = theta
      self.fraction = fraction
      self.rotatesValues = rotatesValues
    }

    /// How many of a head's dimensions are rotated: the even number nearest below `fraction · headDim`, at least 2.
    public func rotatedDimensions(headDim: Int) -> Int {
      max(2, Int((fraction * Double(headDim) / 2).rounded(.down)) * 2)
    }
  }

  /// The family's name, as it stands in experiment files and logs.
  public var name: String {
    switch self {
    case .none: "none"
    case .sinusoidal: "sinusoidal"
    case .learned: "learned"
    case .rotary: "rotary"
    }
  }
}

// MARK: - In metadata

extension PositionEncoding: Codable {
  private enum CodingKeys: String, CodingKey {
    case kind, scale, positionCount, rotary
  }

  /// Reads what `encode(to:)` wrote.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let kind = try container.decode(String.self, forKey: .kind)
    switch kind {
    case "none": self = .none
    case "sinusoidal": self = .sinusoidal(try container.decode(SinusoidScale.self, forKey: .scale))
    case "learned": self = .learned(positionCount: try container.decode(Int.self, forKey: .positionCount))
    case "rotary": self = .rotary(try container.decode(Rotary.self, forKey: .rotary))
    default:
      throw DecodingError.dataCorruptedError(forKey: .kind, in: container, debugDescription: "\(kind) is no encoding")
    }
  }

  /// Writes the family's name as `kind`, and its parameters.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .kind)
    switch self {
    case .none: break
    case .sinusoidal(let scale): try container.encode(scale, forKey: .scale)
    case .learned(let positionCount): try container.encode(positionCount, forKey: .positionCount)
    case .rotary(let rotary): try container.encode(rotary, forKey: .rotary)
    }
  }
}
