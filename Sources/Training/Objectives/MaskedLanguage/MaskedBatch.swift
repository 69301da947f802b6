import Platform
import Text

/// Sequences with hidden tokens: what an encoder gets, and what it is to find.
///
/// B is `batchSize`, T `sequenceLength`, M the number of hidden tokens.
public struct MaskedBatch: ExampleBatch {
  /// The number of sequences.
  public let batchSize: Int

  /// The tokens of each sequence, padding included.
  public let sequenceLength: Int

  /// The tokens after masking: `[B, T]`.
  public internal(set) var tokens: [Int32]

  /// BERT's segment numbers, all 0: `[B, T]`.
  public private(set) var tokenTypes: [Int32]

  /// `true` where a token is padding, which no other may attend to: `[B, T]`.
  public private(set) var keyPadding: [Bool]

  /// The places in `tokens` whose original is to be predicted, ascending: `[M]`.
  public private(set) var maskedPositions: [Int32] = []

  /// The original tokens there: `[M]`.
  public internal(set) var labels: [Int32] = []

  /// The number of tokens that are not padding.
  public private(set) var tokenCount = 0

  /// Masks some of the given sequences.
  ///
  /// - Parameters:
  ///   - sequences: where the rows come from.
  ///   - rows: the sequences of the batch.
  ///   - rule: which tokens are hidden.
  ///   - random: the draws for each row, by its place in the batch, and the row number they are keyed by.
  init(
    sequences: PackedSequences, rows: [Int], rule: MaskingRule, random: (Int) -> (source: RandomSource, row: Int)
  ) {
    let vocabulary = sequences.vocabulary
    batchSize = rows.count
    sequenceLength = sequences.sequenceLength
    tokens = []
    tokens.reserveCapacity(rows.count * sequenceLength)
    keyPadding = []
    keyPadding.reserveCapacity(rows.count * sequenceLength)
    for (index, row) in rows.enumerated() {
      let length = sequences.length(of: row)
      var sequence = sequences[row][..<length]
      let offset = index * sequenceLength - sequence.startIndex
      let (source, key) = random(index)
      for (position, label) in rule.apply(to: &sequence, vocabulary: vocabulary, random: source, row: key) {
        maskedPositions.append(Int32(offset + position))
        labels.append(label)
      }
      let padding = sequenceLength - length
      tokens += sequence
      tokens += repeatElement(vocabulary.padding, count: padding)
      keyPadding += repeatElement(false, count: length)
      keyPadding += repeatElement(true, count: padding)
      tokenCount += length
    }
    tokenTypes = [Int32](repeating: 0, count: tokens.count)
  }

  /// The batch with its tokens elsewhere; whether they are hidden or padding, their types and labels go with them.
  ///
  /// - Parameter places: where the token of each place of `tokens` goes: `[B, T]`.
  /// - Returns: the batch of the same tokens, hidden ones again in ascending order of their places.
  /// - Precondition: no two tokens go to one place.
  func moved(to places: [Int]) -> MaskedBatch {
    precondition(
      places.count == tokens.count && Set(places).count == places.count,
      "MaskedBatch.moved: \(places.count) places for [\(batchSize), \(sequenceLength)]")
    var moved = self
    for (place, target) in places.enumerated() {
      moved.tokens[target] = tokens[place]
      moved.tokenTypes[target] = tokenTypes[place]
      moved.keyPadding[target] = keyPadding[place]
    }
    let masked = zip(maskedPositions, labels).map { (Int32(places[Int($0)]), $1) }.sorted { $0.0 < $1.0 }
    moved.maskedPositions = masked.map(\.0)
    moved.labels = masked.map(\.1)
    return moved
  }

  /// The SHA-256 of the whole batch, in hexadecimal: equal for arms that are shown the same.
  public var digest: String {
    var digest = Digest()
    digest.update([Int64(batchSize), Int64(sequenceLength), Int64(labels.count)])
    digest.update(tokens)
    digest.update(tokenTypes)
    digest.update(keyPadding.map { $0 ? UInt8(1) : 0 })
    digest.update(maskedPositions)
    digest.update(labels)
    return digest.finish()
  }
}
