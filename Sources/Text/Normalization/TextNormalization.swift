/// What happens to text before it is cut into words: the settings of BERT's normalizer.
public struct TextNormalization: Sendable, Hashable {
  /// Whether control characters are left out, and white space of any kind is a space.
  public var cleans: Bool
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
  ///   - cleans: whether control characters are left out.
  public init(
    lowercase: Bool = true, stripsAccents: Bool? = nil, separatesIdeographs: Bool = true, cleans: Bool = true
  ) {
    self.cleans = cleans
    self.lowercase = lowercase
    self.stripsAccents = stripsAccents ?? lowercase
    self.separatesIdeographs = separatesIdeographs
  }

  /// Text as it is.
  static let none = TextNormalization(
    lowercase: false, stripsAccents: false, separatesIdeographs: false, cleans: false)
}

extension TextNormalization {
  /// A text after normalization.
  func normalized(_ text: String) -> [UInt8] {
    var text = text
    return text.withUTF8(normalized)
  }

  /// A text after normalization, white space between words included.
  ///
  /// `WordSplitter` normalizes while it cuts, which is faster; this is for what is looked for in normalized text.
  ///
  /// - Parameter text: valid UTF-8.
  /// - Returns: UTF-8; a separated ideograph has a space on either side.
  func normalized(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    var scalars: [Unicode.Scalar] = []
    scalars.reserveCapacity(text.count)
    for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
      switch CharacterClass(scalar) {
      case .dropped where cleans: break
      case .space where cleans: scalars.append(" ")
      case .ideograph where separatesIdeographs: scalars += [" ", scalar, " "]
      default: scalars.append(scalar)
      }
    }
    if stripsAccents {
      scalars = CanonicalDecomposition.decompose(scalars).filter { $0.categoryInUnicode8 != .nonspacingMark }
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(scalars.count)
    for scalar in scalars {
      if lowercase, scalar.properties.changesWhenLowercased {
        bytes += scalar.properties.lowercaseMapping.utf8
      } else {
        bytes.append(contentsOf: UTF8.encode(scalar)!)
      }
    }
    return bytes
  }
}
