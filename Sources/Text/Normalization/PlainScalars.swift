/// The characters before the Hangul syllables that tokenizers take as they are: a table, for speed alone.
///
/// These are no marks, do not decompose and have no lower case of their own, so neighbours cannot change them either.
enum PlainScalars {
  /// What a plain character is.
  enum Kind: UInt8 {
    /// Not plain, or not known to be.
    case other
    /// Part of a word.
    case letter
    /// A word of its own.
    case ideograph
  }

  /// What a character is.
  @inline(__always)
  static func kind(of scalar: Unicode.Scalar) -> Kind {
    scalar.value < kinds.count ? kinds[Int(scalar.value)] : .other
  }

  /// By code point, what each character is.
  private static let kinds: [Kind] = {
    var kinds = [Kind](repeating: .other, count: 0xAC00)
    for value in UInt32(0x80)..<UInt32(kinds.count) { kinds[Int(value)] = kind(Unicode.Scalar(value)!) }
    return kinds
  }()

  private static func kind(_ scalar: Unicode.Scalar) -> Kind {
    let kind = CharacterClass(scalar)
    // Unified ideographs have no decompositions; those made for compatibility lie beyond the table.
    if kind == .ideograph { return .ideograph }
    let properties = scalar.properties
    let isPlain =
      kind == .letter && scalar.categoryInUnicode8 != .nonspacingMark && !properties.changesWhenLowercased
      && properties.canonicalCombiningClass == .notReordered
      && CanonicalDecomposition.decompose(CollectionOfOne(scalar)) == [scalar]
    return isPlain ? .letter : .other
  }
}
