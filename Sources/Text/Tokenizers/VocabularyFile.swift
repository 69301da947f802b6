import Platform

/// `vocab.txt`: one token a line, its id the line number from 0.
///
/// White space at a line's end is no part of the token, but where tokens are characters. An empty line is a token that
/// no text has. Of equal tokens the last one counts. All this is as Hugging Face's tokenizers read the file.
enum VocabularyFile {
  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: where the file lies.
  ///   - trims: whether white space at a line's end is left out.
  ///   - notice: told of equal tokens, in one line.
  /// - Returns: the tokens by id.
  /// - Throws: `InputError` if the file cannot be read, or has a line that is too long.
  static func tokens(path: String, trims: Bool = true, notice: (String) -> Void) throws -> [String] {
    let text = try Files.readText(path, as: "vocabulary, one token a line")
    var lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    var seen = TokenTrie()
    var repeated: (line: Int, earlier: Int32)?
    var repeatedCount = 0
    let tokens = try lines.enumerated().map { index, line in
      guard line.count <= Vocabulary.longestToken else {
        throw InputError(
          at: "\(path):\(index + 1)", "line of \(line.count.counted("byte"))",
          expected: "one token a line, of at most \(Vocabulary.longestToken) bytes")
      }
      let token = trims ? trimmed(line) : String(Substring(line))
      if let earlier = seen.insert(token.utf8, id: Int32(index)) {
        repeated = repeated ?? (index + 1, earlier + 1)
        repeatedCount += 1
      }
      return token
    }
    if let repeated {
      let others = repeatedCount > 1 ? ", and \((repeatedCount - 1).counted("other line")) like it" : ""
      notice(
        "\(path):\(repeated.line): the token \(tokens[repeated.line - 1].quoted) is on line \(repeated.earlier) "
          + "too\(others); the last line of a token gives its id, as in transformers")
    }
    return tokens
  }

  private static func trimmed(_ line: Substring.UTF8View.SubSequence) -> String {
    var scalars = Substring(line).unicodeScalars
    while scalars.last?.properties.isWhitespace == true { scalars.removeLast() }
    return String(Substring(scalars))
  }
}

extension Vocabulary {
  /// Reads a `vocab.txt`.
  ///
  /// - Parameters:
  ///   - path: where the file lies.
  ///   - trims: whether white space at a line's end is left out, as for words and their pieces.
  ///   - notice: told of equal tokens, in one line.
  /// - Returns: its vocabulary.
  /// - Throws: `InputError` as `init(tokens:specialTokens:)`, with the line, or if the file cannot be read.
  public static func load(
    path: String, trims: Bool = true, notice: (String) -> Void = { _ in }
  ) throws -> Vocabulary {
    try Vocabulary(tokens: VocabularyFile.tokens(path: path, trims: trims, notice: notice), name: path)
  }

  /// Writes the vocabulary as `vocab.txt`.
  ///
  /// - Throws: `InputError` if the file cannot be written.
  public func write(to path: String) throws {
    try Files.write(Self.fileText(of: tokens), to: path)
  }
}
