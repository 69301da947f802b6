/// A token that is looked for in the text before the text is cut into words, as in Hugging Face's tokenizers.
public struct AddedToken: Sendable, Hashable {
  /// How it is written.
  public var content: String
  /// Whether it stands for no part of a text, such as `[MASK]`, and is never predicted.
  public var isSpecial: Bool
  /// Whether it is looked for in normalized text, itself normalized, instead of in the text as it is; the contrary of
  /// `isSpecial` until it is set.
  public var isNormalized: Bool {
    get { givenNormalized ?? !isSpecial }
    set { givenNormalized = newValue }
  }
  /// Whether it counts only where no part of a word stands on either side.
  public var isSingleWord: Bool
  /// Whether it takes the white space before it.
  public var stripsLeft: Bool
  /// Whether it takes the white space after it.
  public var stripsRight: Bool

  private var givenNormalized: Bool?

  /// A token.
  ///
  /// - Parameters:
  ///   - content: how it is written.
  ///   - isSpecial: whether it stands for no part of a text.
  ///   - isNormalized: whether it is looked for in normalized text; by default if it is not special.
  ///   - isSingleWord: whether it counts only between words.
  ///   - stripsLeft: whether it takes the white space before it.
  ///   - stripsRight: whether it takes the white space after it.
  public init(
    _ content: String, isSpecial: Bool = false, isNormalized: Bool? = nil, isSingleWord: Bool = false,
    stripsLeft: Bool = false, stripsRight: Bool = false
  ) {
    self.content = content
    self.isSpecial = isSpecial
    givenNormalized = isNormalized
    self.isSingleWord = isSingleWord
    self.stripsLeft = stripsLeft
    self.stripsRight = stripsRight
  }

  /// Compares bytes: texts that differ in composition alone are two tokens.
  public static func == (a: AddedToken, b: AddedToken) -> Bool {
    a.content.utf8.elementsEqual(b.content.utf8) && a.flags == b.flags
  }

  /// Hashes bytes.
  public func hash(into hasher: inout Hasher) {
    for byte in content.utf8 { hasher.combine(byte) }
    hasher.combine(flags)
  }

  private var flags: [Bool] { [isSpecial, isNormalized, isSingleWord, stripsLeft, stripsRight] }
}
