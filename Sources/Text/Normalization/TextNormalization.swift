/// What happens to text before it is cut into words: the settings of BERT's normalizer.
public struct TextNormalization: Sendable, Equatable {
  /// Whether letters are lower-cased, one by one.
  public var lowercase: Bool
  /// Whether accents go: canonical decomposition without non-spacing marks.
  public var stripsAccents: Bool
  /// Whether ideographs are words of their own.
  public var separatesIdeographs: Bool

  /// The normalization of BERT's uncased models, or of its cased ones.
  ///
  /// - Parameters:
  ///   - lowercase: whether letters are lower-cased.
  ///   - stripsAccents: whether accents go; by default if letters are lower-cased.
  ///   - separatesIdeographs: whether ideographs are words of their own.
  public init(lowercase: Bool = true, stripsAccents: Bool? = nil, separatesIdeographs: Bool = true) {
    self.lowercase = lowercase
    self.stripsAccents = stripsAccents ?? lowercase
    self.separatesIdeographs = separatesIdeographs
  }
}
