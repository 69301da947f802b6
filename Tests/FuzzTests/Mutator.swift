import Foundation
import Platform

/// Changes bytes at random, as damage and as malice would: the same changes for the same number.
struct Mutator {
  /// Pieces that matter to the reader, to be put in.
  let words: [[UInt8]]
  private let purpose: String

  init(purpose: String, words: [String]) {
    self.purpose = purpose
    self.words = (words + Self.numbers).map { Array($0.utf8) }
  }

  /// Numbers at which readers stumble.
  private static let numbers = [
    "0", "-1", "1e999", "-0.0", "nan", "inf", "18446744073709551616", "9223372036854775807", "-9223372036854775808",
    "2147483648", "0.1e-400", "1e308",
  ]

  /// A changed copy.
  func mutant(of original: [UInt8], number: Int) -> [UInt8] {
    var draws = RandomSource(seed: 0, purpose: purpose, step: number).generator()
    var bytes = original
    for _ in 0..<Int.random(in: 1...4, using: &draws) { mutate(&bytes, &draws) }
    return bytes
  }

  private func mutate(_ bytes: inout [UInt8], _ draws: inout RandomSource.Generator) {
    func place() -> Int { Int.random(in: 0...bytes.count, using: &draws) }
    func range() -> Range<Int> {
      let start = place()
      return start..<min(bytes.count, start + Int.random(in: 0...24, using: &draws))
    }
    switch Int.random(in: 0..<10, using: &draws) {
    case 0 where !bytes.isEmpty: bytes[place() % bytes.count] ^= 1 << UInt8.random(in: 0..<8, using: &draws)
    case 1 where !bytes.isEmpty: bytes[place() % bytes.count] = UInt8.random(in: 0...255, using: &draws)
    case 2: bytes.removeSubrange(range())
    case 3: bytes.removeSubrange(place()...)
    case 4:
      let copy = bytes[range()]
      bytes.insert(contentsOf: copy, at: place())
    case 5:
      // Eight bytes that are a large, a negative or a small number.
      let value = [UInt64.max, 1 << 63, 1 << 32, 1 << 40, 0, 1][Int.random(in: 0..<6, using: &draws)]
      let start = place()
      for (i, byte) in withUnsafeBytes(of: value.littleEndian, Array.init).enumerated() where start + i < bytes.count {
        bytes[start + i] = byte
      }
    case 6: bytes.insert(contentsOf: (0..<8).map { _ in UInt8.random(in: 0...255, using: &draws) }, at: place())
    case 7:
      // A run of digits becomes another number.
      let start = place()
      guard let first = bytes[start...].firstIndex(where: Self.isDigit) else { return }
      let end = bytes[first...].firstIndex { !Self.isDigit($0) } ?? bytes.count
      bytes.replaceSubrange(first..<end, with: Self.numbers.randomElement(using: &draws)!.utf8)
    case 8:
      let copies = Int.random(in: 1...200, using: &draws)
      let word = words.randomElement(using: &draws)!
      bytes.insert(contentsOf: Array(repeatElement(word, count: copies).joined()), at: place())
    default: bytes.insert(contentsOf: words.randomElement(using: &draws)!, at: place())
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }
}
