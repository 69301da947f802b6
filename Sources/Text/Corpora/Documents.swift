import Platform

/// Documents of one text, which stays where it is: each is known by the range of its bytes.
public struct Documents: RandomAccessCollection, Sendable {
  let text: TextBytes
  private(set) var ranges: [Range<Int>]

  init(text: TextBytes, ranges: [Range<Int>]) {
    self.text = text
    self.ranges = ranges
  }

  /// Documents of their own.
  public init(_ texts: [String]) {
    text = TextBytes(texts)
    var start = 0
    ranges = texts.map { text in
      defer { start += text.utf8.count }
      return start..<start + text.utf8.count
    }
  }

  /// The first document's number.
  public var startIndex: Int { 0 }
  /// One more than the last document's number.
  public var endIndex: Int { ranges.count }
  /// A document's text.
  public subscript(index: Int) -> String { String(decoding: bytes(ranges[index]), as: UTF8.self) }

  func bytes(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: text.bytes[range])
  }

  /// How much text the documents hold, in bytes.
  public var byteCount: Int { ranges.reduce(0) { $0 + $1.count } }

  // MARK: - Pieces

  /// A document or a part of one, which every tokenizer cuts into the tokens that it gives within the whole.
  struct Piece {
    let document: Int
    let range: Range<Int>
  }

  /// Bytes from which on a document is cut into pieces, and of the pieces that are worked on together.
  static let pieceSize = 1 << 20

  /// All documents in order, those beyond `pieceSize` cut into pieces unless they are to stay whole.
  ///
  /// Cuts are between white space and a letter or digit of ASCII: no word, no special token and no run of spaces goes
  /// across.
  func pieces(whole: Bool = false) -> [Piece] {
    var pieces: [Piece] = []
    pieces.reserveCapacity(ranges.count)
    for (document, range) in ranges.enumerated() {
      var start = range.lowerBound
      while !whole, range.upperBound - start > Self.pieceSize {
        guard let cut = cut(after: start + Self.pieceSize / 2, before: range.upperBound) else { break }
        pieces.append(Piece(document: document, range: start..<cut))
        start = cut
      }
      pieces.append(Piece(document: document, range: start..<range.upperBound))
    }
    return pieces
  }

  private func cut(after start: Int, before end: Int) -> Int? {
    let bytes = text.bytes
    return (start + 1..<end).first { i in
      let byte = bytes[i]
      let isPlain =
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
      return isPlain && (bytes[i - 1] == UInt8(ascii: " ") || bytes[i - 1] == UInt8(ascii: "\n"))
    }
  }

  /// Works on all pieces, about `pieceSize` bytes of neighbours at once, on all threads.
  ///
  /// - Parameters:
  ///   - whole: whether documents stay whole, however long they are.
  ///   - work: makes something of some pieces; it must not depend on the thread or on what was done before.
  ///   - take: is given what was made, in the documents' order, and how many bytes of text went in.
  /// - Throws: what `take` throws.
  func forEachChunk<Result: Sendable>(
    whole: Bool = false, _ work: @Sendable ([Piece]) -> Result, take: (Result, _ byteCount: Int) throws -> Void
  ) rethrows {
    let pieces = pieces(whole: whole)
    var chunks: [Range<Int>] = []
    var start = 0
    var size = 0
    for (i, piece) in pieces.enumerated() {
      size += piece.range.count
      if size >= Self.pieceSize || i == pieces.count - 1 {
        chunks.append(start..<i + 1)
        (start, size) = (i + 1, 0)
      }
    }
    // Some chunks a thread, so that what waits to be taken stays small.
    let waveSize = 4 * ThreadPool.shared.threadCount
    for wave in stride(from: 0, to: chunks.count, by: waveSize) {
      let ranges = chunks[wave..<Swift.min(wave + waveSize, chunks.count)]
      let results = ThreadPool.shared.map(ranges.count) { i in work(Array(pieces[ranges[wave + i]])) }
      for (result, range) in zip(results, ranges) { try take(result, pieces[range].reduce(0) { $0 + $1.range.count }) }
    }
  }
}
