import Foundation
import Platform
import Testing

@testable import Text

@Suite struct CanonicalDecompositionTests {
  @Test func agreesWithFoundationOnShortTexts() {
    var generator = RandomSource(seed: 1, purpose: "decomposition").generator()
    let marks = ["\u{301}", "\u{323}", "\u{345}", "\u{302E}", "\u{1D165}", "\u{1D16D}", "\u{94D}", "\u{93E}"]
    let letters = ["a", "é", "ǖ", "ệ", "한", "가", "Ω", "\u{212B}", "中", "\u{F900}", "\u{2F81A}", "\u{1D15F}", "𑄮", "✓"]
    for _ in 0..<500 {
      let text = (0..<6).map { _ in (Bool.random(using: &generator) ? marks : letters).randomElement(using: &generator)!
      }
      .joined()
      let decomposed = CanonicalDecomposition.decompose(text.unicodeScalars)
      #expect(decomposed.elementsEqual(text.decomposedStringWithCanonicalMapping.unicodeScalars), "\(text)")
    }
  }

  @Test func coversEveryCharacter() {
    // A sample: every 37th character of all planes.
    for value in stride(from: UInt32(0), to: 0x110000, by: 37) {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let expected = String(scalar).decomposedStringWithCanonicalMapping.unicodeScalars
      if !CanonicalDecomposition.decompose([scalar]).elementsEqual(expected) {
        Issue.record("U+\(String(value, radix: 16))")
      }
    }
  }
}
