/// What BERT's tokenizer does with a character.
///
/// Categories are those of Unicode 8, as in Hugging Face's tokenizers: characters that came later are letters.
enum CharacterClass: UInt8 {
  /// NUL, U+FFFD, and the categories Cc, Cf and Co except tab and line ends: left out.
  case dropped
  /// White space: separates words.
  case space
  /// A word of its own that is spelt as it is: punctuation (all ASCII that is not alphanumeric, and Unicode's P*).
  case punctuation
  /// A Chinese, Japanese or Korean ideograph: a word of its own.
  case ideograph
  /// Everything else: part of a word.
  case letter

  /// The class of a character.
  init(_ scalar: Unicode.Scalar) {
    if scalar.isASCII {
      self = Self.ascii[Int(scalar.value)]
    } else if Self.isIdeograph(scalar.value) {
      self = .ideograph
    } else {
      self = scalar == "\u{FFFD}" ? .dropped : Self.category(scalar.categoryInUnicode8)
    }
  }

  /// The class of a character in text that is not cleaned: nothing is left out.
  init(uncleaned scalar: Unicode.Scalar) {
    self.init(scalar)
    if self == .dropped { self = scalar.properties.isWhitespace ? .space : .letter }
  }

  /// The classes of the ASCII characters in text that is not cleaned.
  static let uncleanedASCII: [CharacterClass] = (UInt8(0)..<128).map { CharacterClass(uncleaned: Unicode.Scalar($0)) }

  /// The classes of the ASCII characters.
  static let ascii: [CharacterClass] = (UInt8(0)..<128).map { byte in
    switch byte {
    case 9, 10, 13, 32: .space
    case 0..<32, 127: .dropped
    case UInt8(ascii: "0")...UInt8(ascii: "9"): .letter
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): .letter
    default: .punctuation
    }
  }

  private static func category(_ category: Unicode.GeneralCategory) -> CharacterClass {
    switch category {
    case .control, .format, .privateUse: .dropped
    case .spaceSeparator, .lineSeparator, .paragraphSeparator: .space
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation:
      .punctuation
    default: .letter
    }
  }

  /// The blocks that BERT's code calls Chinese characters, their bounds those of Hugging Face.
  private static func isIdeograph(_ value: UInt32) -> Bool {
    switch value {
    case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0xF900...0xFAFF, 0x20000...0x2A6DF, 0x2A700...0x2B73F,
      0x2B740...0x2B81F, 0x2B920...0x2CEAF, 0x2F800...0x2FA1F:
      true
    default: false
    }
  }
}
