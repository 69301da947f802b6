extension Unicode.Scalar {
  /// The general category that the character had in Unicode 8; `unassigned` for those that came later.
  ///
  /// Hugging Face's tokenizers, which cut the text that published models were trained on, carry the tables of Unicode
  /// 8 for categories (and newer ones for case and decomposition). With these, ours agree on every character; one
  /// difference is left, the order of two marks in a row of which one came after Unicode 8.
  var categoryInUnicode8: Unicode.GeneralCategory {
    guard let age = properties.age, age.major <= 8 else { return .unassigned }
    return Self.categoriesChangedSince[value] ?? properties.generalCategory
  }

  /// The categories in Unicode 8 of the characters that were given others since and are cut differently for it.
  private static let categoriesChangedSince: [UInt32: Unicode.GeneralCategory] = [
    0x166D: .otherPunctuation,  // Canadian syllabics chi sign, now a symbol
    0x1734: .nonspacingMark,  // Hanunoo sign pamudpod, now a spacing mark
    0x1885: .otherLetter,  // Mongolian letter Ali Gali baluda, now a non-spacing mark
    0x1886: .otherLetter,  // Mongolian letter Ali Gali three baluda, likewise
    0xA9BD: .spacingMark,  // Javanese consonant sign keret, likewise
    0x111C9: .otherPunctuation,  // Sharada sandhi mark, likewise
    0x1171E: .nonspacingMark,  // Ahom consonant sign medial ra, now a spacing mark
  ]
}
