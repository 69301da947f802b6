import Text

/// How probable each token is where nothing is known of its place: the frequencies of a text, one added to each count.
///
/// That one makes every token possible, as in the unigram loss of a report.
public struct UnigramDistribution: Sendable, Equatable {
  /// The probabilities by token.
  public let probabilities: [Double]

  /// The frequencies of tokens.
  ///
  /// - Parameter counts: how often each token occurs, by token.
  public init(counts: [Int]) {
    let total = Double(counts.reduce(counts.count, +))
    probabilities = counts.map { Double($0 + 1) / total }
  }

  /// The frequencies of a text's tokens.
  public init(_ text: TokenizedText, vocabulary: Vocabulary) {
    self.init(counts: text.counts(vocabularySize: vocabulary.count))
  }
}
