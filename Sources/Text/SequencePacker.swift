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
    var result = PackedSequences(sequenceLength: sequenceLength)
    var window: [Int32] = []
    for document in documents where !document.isEmpty {
      if policy == .perDocument {
        close(&window, into: &result, vocabulary)
      } else if !window.isEmpty {
        add(vocabulary.separator, to: &window, into: &result, vocabulary)
      }
      for token in document { add(token, to: &window, into: &result, vocabulary) }
    }
    if policy == .perDocument { close(&window, into: &result, vocabulary) }
    guard result.count > 0 else {
      let found = documents.reduce(0) { $0 + $1.count }
      throw InputError(
        at: "corpus", "its \(found) tokens do not fill one sequence of \(sequenceLength)",
        expected: "more text or a smaller sequenceLength")
    }
    return result
  }

  private func add(
    _ token: Int32, to window: inout [Int32], into result: inout PackedSequences, _ vocabulary: Vocabulary
  ) {
    window.append(token)
    if window.count == sequenceLength - 2 { close(&window, into: &result, vocabulary) }
  }

  /// Makes a sequence of what the window holds.
  private func close(_ window: inout [Int32], into result: inout PackedSequences, _ vocabulary: Vocabulary) {
    defer { window.removeAll(keepingCapacity: true) }
    guard window.contains(where: { !vocabulary.isSpecial($0) }) else { return }
    let length = window.count + 2
    result.tokens.append(vocabulary.classification)
    result.tokens += window
    result.tokens.append(vocabulary.separator)
    result.tokens += repeatElement(vocabulary.padding, count: sequenceLength - length)
    result.lengths.append(length)
  }
}
