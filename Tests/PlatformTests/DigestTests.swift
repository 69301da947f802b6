import Foundation
import Platform
import Testing

/// Known answers of SHA-256 (FIPS 180-4 examples), and that the cut of the stream does not matter.
struct DigestTests {
  @Test func matchesPublishedDigests() {
    #expect(
      Digest.hexadecimal(of: Data())
        == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(
      Digest.hexadecimal(of: Data("abc".utf8))
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      Digest.hexadecimal(of: Data("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8))
        == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
  }

  @Test func doesNotDependOnHowTheStreamIsCut() {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let whole = Digest.hexadecimal(of: Data(bytes))
    for cut in [1, 63, 64, 65, 119, 500] {
      var digest = Digest()
      for start in stride(from: 0, to: bytes.count, by: cut) {
        digest.update(Array(bytes[start..<min(start + cut, bytes.count)]))
      }
      #expect(digest.finish() == whole, "cut every \(cut) bytes")
    }
  }
}
