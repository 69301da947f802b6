/// Finds tokens in a text: the leftmost first, of those that begin there the longest, of equal ones the first.
struct AddedTokenMatcher: Sendable {
  private let entries: [AddedTokens.Entry]
  private let splitsSpecial: Bool
  private var trie = TokenTrie()
  private var begins = [Bool](repeating: false, count: 256)

  /// A matcher.
  ///
  /// - Parameters:
  ///   - entries: what is looked for.
  ///   - patterns: the bytes that each is found by; one without bytes is not found.
  ///   - splitsSpecial: whether special tokens are passed by.
  init(_ entries: [AddedTokens.Entry], patterns: [[UInt8]], splitsSpecial: Bool) {
    self.entries = entries
    self.splitsSpecial = splitsSpecial
    // Backwards, so that of equal ones the first stays.
    for (number, pattern) in patterns.enumerated().reversed() where !pattern.isEmpty {
      trie.insert(pattern, id: Int32(number))
      begins[Int(pattern[0])] = true
    }
  }

  /// Whether there is nothing to look for.
  var isEmpty: Bool { entries.isEmpty }

  /// Visits the tokens that a text holds and what lies between them, in order.
  ///
  /// - Parameters:
  ///   - text: valid UTF-8.
  ///   - part: is given text without tokens.
  ///   - found: is given the id of a token.
  @inline(__always)
  func forEachPart(
    of text: UnsafeBufferPointer<UInt8>, _ part: (UnsafeBufferPointer<UInt8>) -> Void, found: (Int32) -> Void
  ) {
    var partStart = 0
    var i = 0
    while i < text.count {
      guard begins[Int(text[i])], let match = trie.longestMatch(in: text, from: i, at: TokenTrie.root) else {
        i += 1
        continue
      }
      var (start, end) = (i, match.end)
      // A match that does not count hides what begins within it all the same.
      i = match.end
      let entry = entries[Int(match.id)]
      if splitsSpecial, entry.token.isSpecial { continue }
      if entry.token.isSingleWord, touchesWord(text, start..<end) { continue }
      if entry.token.stripsLeft {
        while start > partStart {
          let previous = WhiteSpace.characterStart(in: text, at: start - 1)
          guard WhiteSpace.length(in: text, at: previous) != nil else { break }
          start = previous
        }
      }
      if entry.token.stripsRight { end = WhiteSpace.end(ofRunIn: text, from: end, to: text.count) }
      if partStart < start { part(UnsafeBufferPointer(rebasing: text[partStart..<start])) }
      found(entry.id)
      partStart = end
    }
    if partStart < text.count { part(UnsafeBufferPointer(rebasing: text[partStart...])) }
  }

  /// Whether a part of a word stands right before or after a range.
  private func touchesWord(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
    (range.lowerBound > 0 && isWordPart(text, at: WhiteSpace.characterStart(in: text, at: range.lowerBound - 1)))
      || (range.upperBound < text.count && isWordPart(text, at: range.upperBound))
  }

  /// Whether the character that begins at a byte is part of a word (Unicode Technical Standard 18, annex C, `\w`).
  private func isWordPart(_ text: UnsafeBufferPointer<UInt8>, at i: Int) -> Bool {
    guard let scalar = String(decoding: text[i..<min(i + 4, text.count)], as: UTF8.self).unicodeScalars.first else {
      return false
    }
    let properties = scalar.properties
    switch properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation: return true
    default: return properties.isAlphabetic || properties.isJoinControl
    }
  }
}
