/// What turns text into the ids of a vocabulary.
public protocol Tokenizer: Sendable {
  /// The vocabulary whose ids `encode` returns.
  var vocabulary: Vocabulary { get }

  /// Appends the ids of the tokens of a text, which is valid UTF-8.
  ///
  /// No special tokens are added. Those that are written in the text (`[MASK]` and its kind, in capitals) become
  /// their ids.
  func encode(_ text: UnsafeBufferPointer<UInt8>, into ids: inout [Int32])

  /// Whether another tokenizer gives every text the same ids.
  func hasSameTokens(as other: any Tokenizer) -> Bool
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

  /// Cuts a text at the special tokens written in it, and encodes what lies between with `encodePart`.
  func encode(
    _ bytes: UnsafeBufferPointer<UInt8>, into ids: inout [Int32],
    parts encodePart: (UnsafeBufferPointer<UInt8>, inout [Int32]) -> Void
  ) {
    var partStart = 0
    var i = 0
    while let bracket = bytes[i...].firstIndex(of: UInt8(ascii: "[")) {
      if let token = vocabulary.special.first(where: { bytes[bracket...].starts(with: $0.bytes) }) {
        encodePart(UnsafeBufferPointer(rebasing: bytes[partStart..<bracket]), &ids)
        ids.append(token.id)
        partStart = bracket + token.bytes.count
        i = partStart
      } else {
        i = bracket + 1
      }
    }
    encodePart(UnsafeBufferPointer(rebasing: bytes[partStart...]), &ids)
  }
}
