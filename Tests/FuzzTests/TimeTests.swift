import Formats
import Foundation
import Platform
import TestSupport
import Testing

@testable import Text

/// Readers take time in proportion to what they read: whoever hands over a file decides how long it is.
///
/// Each reader gets inputs of 160,000 bytes of the shapes at which readers stumble. Most take some milliseconds; one that
/// takes more than `patience` must not have taken more than fifteen times what a tenth of the input takes. Time is that of
/// the process's own work, the least of several, so that a busy machine does not matter.
@Suite(.timeLimit(.minutes(10)))
struct TimeTests {
  @Test func tokenizers() async {
    await #expect(processExitsWith: .success) {
      let pieces = Vocabulary.specialTokens + ["a", "##a", "e", "x", "[", "the"]
      let vocabulary = try Vocabulary(tokens: pieces)
      let added = [
        AddedToken("<x>", stripsLeft: true, stripsRight: true), AddedToken("aaaaaaab", isSingleWord: true),
        AddedToken("[[[[[[[[[[[[[[[[[[x", isSpecial: true), AddedToken(" e\u{301} ", isNormalized: false),
      ]
      var builder = AddedTokensBuilder(pieces: vocabulary.trie, pieceCount: pieces.count)
      builder.add(Vocabulary.specialTokens.map { AddedToken($0, isSpecial: true) } + added)
      let extended = try Vocabulary(tokens: pieces + added.map(\.content))
      var tokenizers: [(String, any Tokenizer)] = [
        ("characters", CharacterTokenizer(vocabulary: vocabulary, lowercase: true))
      ]
      for lowercase in [true, false] {
        for cleans in [true, false] {
          let normalization = TextNormalization(lowercase: lowercase, cleans: cleans)
          tokenizers.append(
            ("pieces \(normalization)", WordPieceTokenizer(vocabulary: vocabulary, normalization: normalization)))
          tokenizers.append(
            (
              "added tokens \(normalization)",
              WordPieceTokenizer(
                vocabulary: extended, pieceCount: pieces.count, normalization: normalization, longestWord: .max,
                addedTokens: AddedTokens(entries: builder.entries))
            ))
        }
      }
      for (name, tokenizer) in tokenizers {
        try Growth.check("tokenizing, \(name)") { text, path in
          try text.write(to: path)
          _ = tokenizer.encode(try Files.readText(path.path, as: "text"))
        }
      }
    }
  }

  @Test func corpora() async {
    await #expect(processExitsWith: .success) {
      try Growth.check("corpus") { text, path in
        try (Data("one\n\ntwo\n\n".utf8) + text).write(to: path)
        let corpus = try Corpus.load(path: path.path)
        for contiguous in [false, true] {
          let parts = try corpus.split(validationFraction: 0.3, contiguous: contiguous, seed: 0)
          for kind in TokenizerSpecification.Kind.allCases {
            _ = try TokenizerSpecification(kind: kind, vocabularySize: 40).makeTokenizer(training: parts.training)
          }
        }
      }
    }
  }

  @Test func vocabularies() async {
    await #expect(processExitsWith: .success) {
      let special = Data((Vocabulary.specialTokens.joined(separator: "\n") + "\n").utf8)
      try Growth.check("vocabulary") { text, path in
        try (special + text).write(to: path)
        _ = try Vocabulary.load(path: path.path)
      }
      // The same text as as many lines as it has bytes, or eight to a line.
      for length in [1, 8] {
        try Growth.check("vocabulary of lines of \(length)") { text, path in
          var lines = special
          for start in stride(from: 0, to: text.count, by: length) {
            lines += text[start..<min(start + length, text.count)] + [UInt8(ascii: "\n")]
          }
          try lines.write(to: path)
          _ = try Vocabulary.load(path: path.path)
        }
      }
    }
  }

  @Test func trees() async {
    await #expect(processExitsWith: .success) {
      func member(_ key: Data, _ value: Data) -> Data { key + Data(": ".utf8) + value }
      func quoted(_ text: Data) -> Data { Data("\"".utf8) + text + Data("\"".utf8) }
      let forms: [(String, (Data) -> Data)] = [
        ("as it is", { $0 }), ("as a text", quoted), ("as a key", { member(quoted($0), Data("1".utf8)) }),
        ("as a list", { Data("[0".utf8) + Data(repeatElement(Data(", 1".utf8), count: $0.count / 3).joined()) }),
        (
          "as many keys",
          { data in
            Data((0..<data.count / 8).map { "\"\($0)\":1" }.joined(separator: ",").utf8)
          }
        ),
      ]
      for (name, form) in forms {
        try Growth.check("JSON, \(name)") { text, path in
          try (Data("{\"a\": ".utf8) + form(text) + Data(", ".utf8) + form(text) + Data("}".utf8)).write(to: path)
          let tree = try JSONValue.read(path.path, as: "tree")
          _ = (tree["b"], tree.excerpt)
        }
        try Growth.check("tokenizer.json, \(name)") { text, path in
          let file = path.deletingLastPathComponent().appending(path: "tokenizer.json")
          let begin = #"{"normalizer": null, "pre_tokenizer": {"type": "BertPreTokenizer"}, "model": {"vocab": {"#
          try (Data(begin.utf8) + form(text) + Data("}}}".utf8)).write(to: file)
          _ = try TokenizerFolder.load(vocabulary: file.path)
        }
        try Growth.check("safetensors, \(name)") { text, path in
          let header = Data("{\"a\": {\"dtype\": ".utf8) + form(text) + Data("}, ".utf8) + form(text) + Data("}".utf8)
          let length = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Data($0) }
          try (length + header).write(to: path)
          _ = try SafeTensors(path: path.path)
        }
      }
    }
  }

  @Test func grammars() async {
    await #expect(processExitsWith: .success) {
      for begin in ["d:\n  ", "d:\n  {a:", "d:\n  <", "", "[a: ", "[a]\n", "#"] {
        try Growth.check("grammar, \(begin.debugDescription)") { text, path in
          try (Data(begin.utf8) + text).write(to: path)
          _ = try ToyGrammar.load(path: path.path)
        }
        try Growth.check("lexicon, \(begin.debugDescription)") { text, path in
          try (Data(begin.utf8) + text).write(to: path)
          _ = try ToyLexicon.load(path: path.path)
        }
      }
    }
  }

  /// The check itself: a reader that looks at every pair of bytes is found out.
  @Test func quadraticTimeIsFoundOut() async {
    await #expect(processExitsWith: .failure) {
      try Growth.check("pairs") { text, _ in
        let found = text.withUnsafeBytes { bytes in
          (0..<4 * bytes.count).count { memchr(bytes.baseAddress!, 0, $0 / 4) != nil }
        }
        if found > 0 { throw InputError(at: "pairs", "\(found)") }
      }
    }
  }
}

/// Compares the time that a reader takes for an input and for a tenth of it.
enum Growth {
  /// Bytes of the longer input.
  private static let size = 160_000
  /// Seconds of work up to which an input of that size is no trouble, however they came about.
  private static let patience = 0.5
  /// How many times what a tenth takes the whole may take.
  private static let limit = 15.0
  /// Measurements before a reader is said to be slow: each can only be too long.
  private static let rounds = 4

  /// Runs of text at which readers stumble.
  private static let shapes: [(name: String, unit: String)] = [
    ("one word", "a"), ("spaces", " "), ("line ends", "\n"), ("words", "the "), ("lines", "the\n\n"),
    ("marks out of order", "\u{301}\u{323}"), ("letters with marks", "e\u{301}\u{323}"), ("brackets", "["),
    ("half a token", "[MASK"), ("tokens", "[MASK]"), ("added tokens", " <x> "), ("ideographs", "中"), ("Hangul", "각"),
    ("control characters", "\u{1}"), ("zero-width spaces", "\u{200B}"), ("capitals", "İ"), ("quotes", "\""),
    ("escapes", "\\u0301"), ("digits", "1"), ("braces", "{"), ("variables", "{a}"), ("keys", "\"a\":"),
    ("backslashes", "\\\n"), ("colons", "a:\n"),
  ]

  /// Stops the process if the time goes with more than the length of the input.
  ///
  /// - Parameters:
  ///   - name: names the reader.
  ///   - read: takes the bytes, and where it may write them; what it refuses counts as read.
  /// - Throws: an error of a disk that cannot be written.
  static func check(_ name: String, read: (Data, URL) throws -> Void) throws {
    let folder = try TemporaryFolder()
    let path = URL(fileURLWithPath: folder.path + "/input")
    for shape in shapes {
      // A letter first: marks need one that they belong to.
      func input(_ size: Int) -> Data {
        Data("a".utf8) + Data(repeatElement(Data(shape.unit.utf8), count: size / shape.unit.utf8.count).joined())
      }
      let (whole, tenth) = (input(size), input(size / 10))
      var (long, short) = (Double.infinity, Double.infinity)
      for _ in 0..<rounds {
        long = min(long, try seconds { try read(whole, path) })
        if long <= patience { break }
        for _ in 0..<3 { short = min(short, try seconds { try read(tenth, path) }) }
        if long <= limit * short { break }
      }
      precondition(
        long <= max(patience, limit * short), "\(name), \(shape.name): \(long) s, a tenth of it \(short) s")
    }
  }

  /// Seconds of work of this process, all threads together.
  private static func seconds(_ body: () throws -> Void) throws -> Double {
    func now() -> Double {
      var time = timespec()
      clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
      return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
    let start = now()
    do {
      try body()
    } catch {
      precondition(error is InputError, "\(type(of: error)) \(error)")
    }
    return now() - start
  }
}
