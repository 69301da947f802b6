import Platform
import Testing

@testable import Text

@Suite struct UTF8ValidationTests {
  private func firstInvalid(_ bytes: [UInt8]) -> Int? {
    bytes.withUnsafeBufferPointer { UTF8Validation.firstInvalidByte(in: $0) }
  }

  @Test func agreesWithTheStandardLibrary() {
    let source = RandomSource(seed: 1, purpose: "validation")
    // Bytes at the borders of the table, among them a surrogate's, an overlong form's and one beyond the last plane.
    let borders: [UInt8] = [
      0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC2, 0xDF, 0xE0, 0xE1, 0xED, 0xEF, 0xF0, 0xF1, 0xF4, 0xF5,
    ]
    var validCount = 0
    for number in 0..<40_000 {
      let draws = source.block(number)
      let bytes = (0..<Int(draws.x % 9)).map { borders[source.integer(below: borders.count, at: number * 16 + $0)] }
      let isValid = String(validating: bytes, as: UTF8.self) != nil
      #expect((firstInvalid(bytes) == nil) == isValid, "\(bytes)")
      if isValid { validCount += 1 }
    }
    #expect(validCount > 1000)
  }

  @Test func sequencesMayLieAcrossChunks() {
    for character in ["é", "日", "😀"] {
      for shift in 0..<4 {
        let start = (1 << 20) - shift
        var bytes = [UInt8](repeating: UInt8(ascii: "a"), count: start) + Array(character.utf8)
        bytes += [UInt8](repeating: UInt8(ascii: "b"), count: 1 << 20)
        #expect(firstInvalid(bytes) == nil)
        bytes[start] = UInt8(ascii: "x")
        #expect(firstInvalid(bytes) == start + 1)
      }
    }
    let lone = [UInt8](repeating: UInt8(ascii: "a"), count: 1 << 20) + [0x80]
    #expect(firstInvalid(lone) == 1 << 20)
  }
}
