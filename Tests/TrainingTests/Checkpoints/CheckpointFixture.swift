import Foundation
import Platform
import Testing

@testable import Training

extension CheckpointChecksum {
  /// Writes the checksum of a file's bytes, which a test has changed, into its place in the header.
  static func stamp(_ data: inout Data) throws {
    let digits = try #require(CheckpointChecksum.digits(in: data))
    data.replaceSubrange(digits, with: Data(of(data, blanking: digits).hexadecimalText.utf8))
  }
}
