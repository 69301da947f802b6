import Formats

/// How an encoder knows where a token stands: one of the schemes, whichever it is.
public struct PositionEncoding: Sendable, Equatable {
  /// What it is.
  public let scheme: any PositionScheme

  /// The encoding that a scheme is.
  public init(_ scheme: some PositionScheme) {
    self.scheme = scheme
  }

  /// The encoding that a scheme of any type is.
  init(any scheme: any PositionScheme) {
    self.scheme = scheme
  }

  /// The scheme's type, among all that there are.
  public var family: PositionFamily { PositionFamily(type(of: scheme)) }

  /// The family's name, as it stands in experiment files and logs.
  public var name: String { family.rawValue }

  /// Whether both are the same scheme with the same parameters.
  public static func == (a: PositionEncoding, b: PositionEncoding) -> Bool { a.scheme.isEqual(to: b.scheme) }

  /// The keys of an experiment whose values are not what holds where nothing is said, in the family's order.
  public var givenValues: [(String, JSONValue)] {
    let values = scheme.values
    return family.keys.compactMap { key in
      values[key.name].flatMap { $0 == key.standard ? nil : (key.name, $0) }
    }
  }
}

// MARK: - In metadata

extension PositionEncoding: Codable {
  private enum CodingKeys: String, CodingKey {
    case kind
  }

  /// Reads what `encode(to:)` wrote.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let kind = try container.decode(String.self, forKey: .kind)
    guard let family = PositionFamily(rawValue: kind) else {
      throw DecodingError.dataCorruptedError(forKey: .kind, in: container, debugDescription: "\(kind) is no encoding")
    }
    self.init(any: try family.scheme.init(from: decoder))
  }

  /// Writes the family's name as `kind`, and the scheme's own keys beside it.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .kind)
    try scheme.encode(to: encoder)
  }
}
