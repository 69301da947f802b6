/// Token sequences of one length, `[CLS] … [SEP]`, the shorter ones filled up with `[PAD]`.
///
/// The tokens stay in their text; a sequence is made when it is asked for.
public struct PackedSequences: Sendable {
  /// The tokens of each sequence, padding included.
  public let sequenceLength: Int

  let text: TokenizedText
  let policy: PackingPolicy
  /// The vocabulary of the tokens.
  public let vocabulary: Vocabulary
  /// Where in the text each sequence begins.
  let starts: [Int]

  /// The number of sequences.
  public var count: Int { starts.count }

  /// How many tokens of all sequences are not padding.
  public var tokenCount: Int {
    policy == .perDocument ? (0..<count).reduce(0) { $0 + length(of: $1) } : count * sequenceLength
  }

  /// How many tokens of a sequence are not padding.
  public func length(of row: Int) -> Int {
    guard policy == .perDocument else { return sequenceLength }
    let start = starts[row]
    return min(sequenceLength - 2, Int(text.ends[text.document(of: start)]) - start) + 2
  }

  /// The tokens of one sequence, padding included.
  public subscript(row: Int) -> [Int32] {
    var tokens: [Int32] = []
    tokens.reserveCapacity(sequenceLength)
    tokens.append(vocabulary.classification)
    let full = sequenceLength - 1
    var i = starts[row]
    var document = text.document(of: i)
    while true {
      let end = min(Int(text.ends[document]), i + full - tokens.count)
      tokens += text.tokens[i..<end]
      document += 1
      guard tokens.count < full, policy == .packed, document < text.ends.count else { break }
      tokens.append(vocabulary.separator)
      guard tokens.count < full else { break }
      i = end
    }
    tokens.append(vocabulary.separator)
    tokens += repeatElement(vocabulary.padding, count: sequenceLength - tokens.count)
    return tokens
  }
}
