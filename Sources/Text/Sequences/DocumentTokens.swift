import Platform

extension Documents {
  /// Cuts all documents into tokens, on all threads, a little at a time.
  ///
  /// - Parameters:
  ///   - tokenizer: cuts them.
  ///   - take: is given the tokens of some neighbours in the documents' order, and how many bytes of text they were.
  /// - Returns: where each document ends among all tokens, ascending; documents without tokens are left out.
  /// - Throws: what `take` throws.
  func tokenize(
    with tokenizer: any Tokenizer, take: (_ tokens: [Int32], _ byteCount: Int) throws -> Void
  ) rethrows -> [Int64] {
    var ends: [Int64] = []
    var total: Int64 = 0
    var lastDocument = -1
    let whole = !tokenizer.allowsCutsAtSpaces
    try forEachChunk(whole: whole, { tokens(of: $0, with: tokenizer) }) { chunk, byteCount in
      try take(chunk.tokens, byteCount)
      for (document, tokenCount) in chunk.counts where tokenCount > 0 {
        total += Int64(tokenCount)
        if document == lastDocument { ends[ends.count - 1] = total } else { ends.append(total) }
        lastDocument = document
      }
    }
    return ends
  }

  /// The tokens of some pieces, and how many each has, with its document.
  private func tokens(
    of pieces: [Piece], with tokenizer: any Tokenizer
  ) -> (tokens: [Int32], counts: [(document: Int, tokenCount: Int)]) {
    var tokens: [Int32] = []
    tokens.reserveCapacity(pieces.reduce(0) { $0 + $1.range.count } / 3)
    var counts: [(document: Int, tokenCount: Int)] = []
    counts.reserveCapacity(pieces.count)
    for piece in pieces {
      let before = tokens.count
      tokenizer.encode(bytes(piece.range), into: &tokens)
      counts.append((piece.document, tokens.count - before))
    }
    return (tokens, counts)
  }
}

extension TokenizedText {
  /// The tokens of documents, in memory.
  ///
  /// - Parameters:
  ///   - documents: what is cut, on all threads.
  ///   - tokenizer: cuts it.
  ///   - progress: is told how many bytes more of the text are done.
  public init(_ documents: Documents, tokenizer: any Tokenizer, progress: (Int) -> Void = { _ in }) {
    var tokens: [Int32] = []
    let ends = documents.tokenize(with: tokenizer) { chunk, byteCount in
      tokens += chunk
      progress(byteCount)
    }
    self.init(tokens: tokens, ends: ends)
  }
}
