/// What turns text into the ids of a vocabulary.
public protocol Tokenizer: Sendable {
  /// The vocabulary whose ids `encode` returns.
  var vocabulary: Vocabulary { get }

  /// Appends the ids of the tokens of a text, which is valid UTF-8.
  ///
  /// No special tokens are added. Those that are written in the text (`[MASK]` and its kind) become their ids.
  func encode(_ text: UnsafeBufferPointer<UInt8>, into ids: inout [Int32])

  /// Whether another tokenizer gives every text the same ids.
  func hasSameTokens(as other: any Tokenizer) -> Bool

  /// Whether text may be cut between white space and a letter of ASCII, each part be encoded by itself, and the ids be
  /// those of the whole.
  var allowsCutsAtSpaces: Bool { get }
}

extension Tokenizer {
  /// The ids of a text's tokens.
  public func encode(_ text: String) -> [Int32] {
    var text = text
    return text.withUTF8 { bytes in
      var ids: [Int32] = []
      ids.reserveCapacity(bytes.count / 4)
      encode(bytes, into: &ids)
      return ids
    }
  }

  /// Whether text may be cut between white space and a letter without a token being missed.
  public var allowsCutsAtSpaces: Bool { true }
}
