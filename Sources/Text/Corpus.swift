import Foundation
import Platform

/// The documents of one plain text file.
///
/// A document is a run of lines; lines of nothing but white space separate documents. Within a document the line
/// ends stay in the text, where every tokenizer takes them for white space.
public struct Corpus: Sendable {
  /// The documents in the order of the file, none of them blank.
  public let documents: [String]

  /// The SHA-256 of the file's bytes (of the text's, for a corpus that was not read from a file), in hexadecimal.
  public let hash: String

  /// Where the text came from; begins the text of errors.
  public let name: String

  /// The corpus in a UTF-8 file.
  ///
  /// - Throws: `InputError` if there is no such file, it is a folder, is not UTF-8, or holds nothing but white space.
  public static func load(path: String) throws -> Corpus {
    let text = try Files.readText(path, as: "corpus, UTF-8 text")
    let hash = Digest.hexadecimal(of: try Files.read(path, as: "corpus"))
    return try Corpus(text: text, name: path, hash: hash)
  }

  /// The corpus in a text.
  ///
  /// - Parameters:
  ///   - text: documents with blank lines between them.
  ///   - name: where the text came from.
  /// - Throws: `InputError` if there is nothing but white space.
  public init(text: String, name: String = "text") throws {
    try self.init(text: text, name: name, hash: Digest.hexadecimal(of: Array(text.utf8)))
  }

  private init(text: String, name: String, hash: String) throws {
    documents = Self.documents(in: text)
    self.hash = hash
    self.name = name
    guard !documents.isEmpty else {
      throw InputError(
        at: name, text.isEmpty ? "is empty" : "holds nothing but white space",
        expected: "documents with blank lines between them")
    }
  }

  /// The runs of lines that are not blank, without the line end after their last line.
  private static func documents(in text: String) -> [String] {
    let bytes = text.utf8
    var documents: [String] = []
    var document: Range<String.Index>?
    func close() {
      if let document { documents.append(String(text[document])) }
      document = nil
    }
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      if Substring(line).unicodeScalars.allSatisfy(\.properties.isWhitespace) {
        close()
      } else {
        document = (document?.lowerBound ?? line.startIndex)..<line.endIndex
      }
    }
    close()
    return documents
  }
}
