/// Token sequences of one length, `[CLS] … [SEP]`, the shorter ones filled up with `[PAD]`.
public struct PackedSequences: Sendable, Equatable {
  /// All sequences one after another: `[count, sequenceLength]`.
  public internal(set) var tokens: [Int32] = []

  /// How many tokens of each sequence are not padding.
  public internal(set) var lengths: [Int] = []

  /// The tokens of each sequence, padding included.
  public let sequenceLength: Int

  /// The number of sequences.
  public var count: Int { lengths.count }

  /// Whether any sequence is filled up with padding.
  public var hasPadding: Bool { lengths.contains { $0 < sequenceLength } }

  /// The tokens of one sequence, padding included.
  public subscript(row: Int) -> ArraySlice<Int32> {
    tokens[row * sequenceLength..<(row + 1) * sequenceLength]
  }
}
