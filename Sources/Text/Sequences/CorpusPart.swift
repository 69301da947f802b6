import Platform

/// Which part of a corpus a text is: what is said against it depends on it.
public enum CorpusPart: Sendable {
  /// What is trained on, or a corpus that is not split.
  case training
  /// What is held out for validation.
  case heldOut

  private var name: String {
    switch self {
    case .training: "corpus"
    case .heldOut: "held-out part of the corpus"
    }
  }

  /// The error for a text all of whose tokens are `[UNK]`.
  func unknownWords(tokenCount: Int) -> InputError {
    let advice =
      switch self {
      case .training: "a larger tokenizer.vocabularySize, or a vocabulary of this text"
      case .heldOut:
        // Its vocabulary comes from the training part: of no size does it have characters that only this part has.
        "more text, so that both parts have the same characters, or a tokenizer.vocabulary of another text"
      }
    return InputError(
      at: name, "none of its \(tokenCount.counted("token")) is in the vocabulary", expected: advice)
  }

  /// The error for a text that does not fill one sequence.
  func tooShort(tokenCount: Int, sequenceLength: Int) -> InputError {
    let advice =
      switch self {
      case .training: "more text or a smaller sequenceLength"
      case .heldOut: "more text, a larger validation.fraction or a smaller sequenceLength"
      }
    return InputError(
      at: name, "has \(tokenCount.counted("token")), too few for one sequence of \(sequenceLength)", expected: advice)
  }
}
