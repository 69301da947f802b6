import Models
import Text

/// A held-out batch that probes look at, and which of its places they look at.
///
/// A place is an index into `[batch · time]`. Places of the text are those whose token is no special one; a hidden token's
/// place is one of them, whatever is shown there. `[UNK]` counts as special, as it does when tokens are hidden.
public struct ProbedBatch: Sendable {
  /// The batch.
  public let batch: MaskedBatch
  /// The places of the text in each sequence, ascending.
  public let textPlaces: [[Int]]
  /// The hidden places that are shown as `[MASK]` in each sequence, ascending: the protocol's M.
  public let maskPlaces: [[Int]]
  /// Whether a place is one of the text: `[batch · time]`.
  public let isText: [Bool]

  /// How many tokens the batch of a training has: enough for a hundred masks, few enough to look often.
  public static let tokenCount = 1024

  /// A batch with what its vocabulary says of it.
  ///
  /// The one batch of `ValidationSet(objective, examples:batchSize:limit:)` is the same for every arm and every run.
  public init(_ batch: MaskedBatch, vocabulary: Vocabulary) {
    self.batch = batch
    var isText = batch.tokens.map { !vocabulary.isSpecial($0) }
    for place in batch.maskedPositions { isText[Int(place)] = true }
    self.isText = isText
    func bySequence(_ isIncluded: (Int) -> Bool) -> [[Int]] {
      (0..<batch.batchSize).map { sequence in
        (sequence * batch.sequenceLength..<(sequence + 1) * batch.sequenceLength).filter(isIncluded)
      }
    }
    textPlaces = bySequence { isText[$0] }
    let masks = Set(batch.maskedPositions.map(Int.init).filter { batch.tokens[$0] == vocabulary.mask })
    maskPlaces = bySequence(masks.contains)
  }
}
