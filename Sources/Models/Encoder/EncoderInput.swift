/// A batch of sequences as an encoder takes it.
public struct EncoderInput: Sendable {
  /// Sequences.
  public let batch: Int
  /// Tokens a sequence.
  public let time: Int
  /// `[batch, time]`: token ids.
  public let tokens: [Int32]
  /// `[batch, time]`: token types (segments).
  public let tokenTypes: [Int32]
  /// `[batch, time]`: `true` hides a position from attention; `nil` hides none.
  public let keyPadding: [Bool]?

  /// An input; all tokens of type 0 if no types are given.
  ///
  /// - Precondition: every array has `batch · time` elements.
  public init(batch: Int, time: Int, tokens: [Int32], tokenTypes: [Int32]? = nil, keyPadding: [Bool]? = nil) {
    let count = batch * time
    precondition(
      tokens.count == count && tokenTypes?.count ?? count == count && keyPadding?.count ?? count == count,
      "EncoderInput: \(tokens.count) tokens for [\(batch), \(time)]")
    self.batch = batch
    self.time = time
    self.tokens = tokens
    self.tokenTypes = tokenTypes ?? [Int32](repeating: 0, count: count)
    self.keyPadding = keyPadding.flatMap { $0.contains(true) ? $0 : nil }
  }
}
