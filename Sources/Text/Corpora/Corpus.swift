import Foundation
import Platform

/// The documents of one plain text file, which is mapped rather than loaded.
///
/// A document is a run of lines; lines of nothing but white space separate documents. Within a document the line
/// ends stay in the text, where every tokenizer takes them for white space.
public struct Corpus: Sendable {
  /// The documents in the order of the file, none of them blank.
  public let documents: Documents

  /// The SHA-256 of the file's bytes (of the text's, for a corpus that was not read from a file), in hexadecimal.
  public let hash: String

  /// Where the text came from; begins the text of errors.
  public let name: String

  /// The corpus in a UTF-8 file.
  ///
  /// - Throws: `InputError` if there is no such file, it is a folder, is not UTF-8, or holds nothing but white space.
  public static func load(path: String) throws -> Corpus {
    let data = try Files.read(path, as: "corpus")
    return try Corpus(data, name: path, hash: Digest.hexadecimal(of: data))
  }

  /// The corpus in the bytes of a UTF-8 file.
  ///
  /// - Parameters:
  ///   - data: the file, mapped.
  ///   - name: its path.
  ///   - hash: the SHA-256 of its bytes, in hexadecimal.
  /// - Throws: `InputError` if it is not UTF-8, or holds nothing but white space.
  public init(_ data: Data, name: String, hash: String) throws {
    try self.init(text: TextBytes(data, path: name, as: "corpus, UTF-8 text"), name: name, hash: hash)
  }

  /// The corpus in a text.
  ///
  /// - Parameters:
  ///   - text: documents with blank lines between them.
  ///   - name: where the text came from.
  /// - Throws: `InputError` if there is nothing but white space.
  public init(text: String, name: String = "text") throws {
    try self.init(text: TextBytes([text]), name: name, hash: Digest.hexadecimal(of: Array(text.utf8)))
  }

  private init(text: TextBytes, name: String, hash: String) throws {
    documents = Documents(text: text, ranges: Self.documents(in: text.bytes, from: text.start))
    self.hash = hash
    self.name = name
    guard !documents.isEmpty else {
      throw InputError(
        at: name, text.bytes.isEmpty ? "is empty" : "holds nothing but white space",
        expected: "documents with blank lines between them")
    }
  }

  /// The runs of lines that are not blank, without the line end after their last line.
  private static func documents(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> [Range<Int>] {
    var documents: [Range<Int>] = []
    var document: Range<Int>?
    var line = start
    while line <= bytes.count {
      let end = lineEnd(in: bytes, from: line)
      if WhiteSpace.end(ofRunIn: bytes, from: line, to: end) == end {
        if let document { documents.append(document) }
        document = nil
      } else {
        document = (document?.lowerBound ?? line)..<end
      }
      line = end + 1
    }
    if let document { documents.append(document) }
    return documents
  }

  private static func lineEnd(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    guard let base = bytes.baseAddress, start < bytes.count,
      let found = memchr(base + start, Int32(UInt8(ascii: "\n")), bytes.count - start)
    else { return bytes.count }
    return UnsafeRawPointer(found) - UnsafeRawPointer(base)
  }
}
