import Platform

/// How documents are laid into sequences.
public enum PackingPolicy: String, Codable, Sendable, CaseIterable {
  /// Documents follow one another, a `[SEP]` between them, and are cut wherever a sequence is full (RoBERTa's
  /// full sentences, but across any number of documents). No padding; a last sequence that is not full is left out.
  case packed
  /// A sequence holds tokens of one document; what does not fit goes on in the next sequence, and the last one of each
  /// document is filled up with padding.
  case perDocument = "per-document"
}

/// Lays tokenized documents into sequences of one length, each `[CLS] … [SEP]`.
///
/// Every token of a document is in at most one sequence. Sequences without any token that may be masked (of `[UNK]`
/// alone, for instance) are left out.
public struct SequencePacker: Sendable {
  /// The tokens of a sequence, `[CLS]`, `[SEP]` and padding included.
  public let sequenceLength: Int

  /// How documents are laid into sequences.
  public let policy: PackingPolicy

  /// A packer.
  ///
  /// - Throws: `InputError` if `sequenceLength` leaves no room between `[CLS]` and `[SEP]`.
  public init(sequenceLength: Int, policy: PackingPolicy = .packed) throws {
    guard sequenceLength >= 3 else {
      throw InputError(
        at: "sequenceLength", "is \(sequenceLength)", expected: "a whole number from 3 on ([CLS], a token, [SEP])")
    }
    self.sequenceLength = sequenceLength
    self.policy = policy
  }

  /// Lays documents into sequences.
  ///
  /// - Parameters:
  ///   - documents: the ids of each document, no special tokens added.
  ///   - vocabulary: the vocabulary of the ids.
  /// - Returns: the sequences in the order of the documents.
  /// - Throws: `InputError` if the text does not fill one sequence.
  public func pack(_ documents: [[Int32]], vocabulary: Vocabulary) throws -> PackedSequences {
    try pack(TokenizedText(documents), vocabulary: vocabulary)
  }

  /// Lays documents into sequences, which are made from the text when they are asked for.
  ///
  /// - Parameters:
  ///   - text: the documents, no special tokens added.
  ///   - vocabulary: the vocabulary of the ids.
  ///   - part: which part of a corpus they are, for errors.
  /// - Returns: the sequences in the order of the documents.
  /// - Throws: `InputError` if the text does not fill one sequence.
  public func pack(
    _ text: TokenizedText, vocabulary: Vocabulary, part: CorpusPart = .training
  ) throws -> PackedSequences {
    let room = sequenceLength - 2
    var window = Window()
    var starts: [Int] = []
    func close() {
      if window.holdsOrdinaryToken { starts.append(window.start) }
      window = Window()
    }
    var i = 0
    for end in text.ends.lazy.map({ Int($0) }) {
      if policy == .perDocument {
        close()
      } else if window.count > 0 {
        // The separator between two documents.
        window.count += 1
        if window.count == room { close() }
      }
      while i < end {
        if window.count == 0 { window.start = i }
        let next = min(end, i + room - window.count)
        if !window.holdsOrdinaryToken {
          window.holdsOrdinaryToken = text.tokens[i..<next].contains { !vocabulary.isSpecial($0) }
        }
        window.count += next - i
        i = next
        if window.count == room { close() }
      }
    }
    if policy == .perDocument { close() }
    if text.count > 0, text.tokens.allSatisfy(vocabulary.isSpecial) {
      throw part.unknownWords(tokenCount: text.count)
    }
    guard !starts.isEmpty else {
      throw part.tooShort(tokenCount: text.count, sequenceLength: sequenceLength)
    }
    return PackedSequences(
      sequenceLength: sequenceLength, text: text, policy: policy, vocabulary: vocabulary, starts: starts)
  }

  /// A sequence that is being filled.
  private struct Window {
    /// Where in the text it begins.
    var start = 0
    /// Tokens so far, separators included.
    var count = 0
    /// Whether one of them may be masked.
    var holdsOrdinaryToken = false
  }
}
