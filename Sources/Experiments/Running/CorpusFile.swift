import Foundation
import Platform
import Text

/// An experiment's text as it lies in its file, hashed once.
struct CorpusFile: Sendable {
  /// The path of the file.
  let path: String
  /// SHA-256 of its bytes, in hexadecimal.
  let hash: String
  private let data: Data

  /// The text in a file, which is mapped.
  ///
  /// - Throws: `InputError` if it cannot be read.
  init(_ path: String) throws {
    self.path = path
    data = try Files.read(path, as: "corpus")
    hash = Digest.hexadecimal(of: data)
  }

  /// How many bytes it has.
  var byteCount: Int { data.count }

  /// Its documents.
  ///
  /// - Throws: `InputError` if it is not UTF-8, or holds nothing but white space.
  func corpus() throws -> Corpus { try Corpus(data, name: path, hash: hash) }
}
