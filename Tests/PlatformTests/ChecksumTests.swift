import Foundation
import Platform
import Testing

struct ChecksumTests {
  private let bytes = (0..<300).map { UInt8(truncatingIfNeeded: $0 &* 37 ^ $0 >> 3) }

  private func checksum(_ bytes: some Sequence<UInt8>) -> UInt64 { Array(bytes).withUnsafeBytes(Checksum.of) }

  @Test(arguments: [0, 1, 63, 64, 65, 128, 300]) func piecesGiveTheSameAsTheWhole(count: Int) {
    let whole = checksum(bytes.prefix(count))
    for cut in 0...count {
      var checksum = Checksum()
      bytes[..<cut].withUnsafeBytes { checksum.update($0) }
      bytes[cut..<count].withUnsafeBytes { checksum.update($0) }
      #expect(checksum.value == whole, "cut at \(cut) of \(count)")
    }
  }

  @Test func everyBitAndTheLengthCount() {
    var seen: Set<UInt64> = [checksum(bytes)]
    for bit in 0..<bytes.count * 8 {
      var changed = bytes
      changed[bit / 8] ^= 1 << (bit % 8)
      #expect(seen.insert(checksum(changed)).inserted, "bit \(bit)")
    }
    for count in 0..<bytes.count { #expect(seen.insert(checksum(bytes.prefix(count))).inserted, "\(count) bytes") }
    #expect(seen.insert(checksum(bytes + [0])).inserted)
  }

  @Test func theValueIsThatOfTheFormat() {
    #expect(checksum(Array("roformer".utf8)).hexadecimalText == "5b9eff42c793a8d0")
  }
}
