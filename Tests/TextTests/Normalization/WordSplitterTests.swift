import Foundation
import Testing

@testable import Text

@Suite struct WordSplitterTests {
  static func words(_ text: String, lowercase: Bool = true) -> [String] {
    var text = text
    var words: [String] = []
    text.withUTF8 { bytes in
      WordSplitter(normalization: TextNormalization(lowercase: lowercase)).forEachWord(in: bytes) { word, scalarCount in
        let string = String(decoding: word, as: UTF8.self)
        #expect(string.unicodeScalars.count == scalarCount)
        words.append(string)
      }
    }
    return words
  }

  @Test(arguments: [
    ("", []),
    (" \t\r\n ", []),
    ("HeLLo  World", ["hello", "world"]),
    ("don't stop!!", ["don", "'", "t", "stop", "!", "!"]),
    ("$1.50 a+b=c <x> ^`~|", ["$", "1", ".", "50", "a", "+", "b", "=", "c", "<", "x", ">", "^", "`", "~", "|"]),
    ("Café CAFE\u{301} naïve Ångström", ["cafe", "cafe", "naive", "angstrom"]),
    ("İstanbul ΣΑΣ ẞ", ["istanbul", "σασ", "ß"]),
    ("a\u{0}b\u{FFFD}c\u{7F}d\u{200B}e\u{AD}f\u{E000}g", ["abcdefg"]),
    ("a\u{A0}b\u{3000}c\u{2028}d\u{85}e\u{B}f", ["a", "b", "c", "def"]),
    ("ab中文cd", ["ab", "中", "文", "cd"]),
    ("かな한국", ["かな한국".decomposedStringWithCanonicalMapping]),
    ("“quoted”—dash…¿que?", ["“", "quoted", "”", "—", "dash", "…", "¿", "que", "?"]),
    ("👨‍👩‍👧!", ["👨👩👧", "!"]),
    ("a≠b \u{37E}", ["a", "=", "b", ";"]),
    ("\u{F900}", ["\u{8C48}"]),
    // Of Unicode 9 and 10 (a mark, a punctuation mark), and one that was punctuation in Unicode 8.
    ("a\u{8D4}b a\u{2E49}b a\u{166D}b", ["a\u{8D4}b", "a\u{2E49}b", "a", "\u{166D}", "b"]),
    ("e\u{301}\u{1}\u{323}x", ["ex"]),
    ("\u{1D16D}\u{302E}", ["\u{302E}\u{1D16D}"]),
    ("\u{302E}\u{301}\u{1D165}", ["\u{1D165}\u{302E}"]),
  ])
  func lowercased(text: String, expected: [String]) {
    let found = Self.words(text)
    #expect(found.map { Array($0.utf8) } == expected.map { Array($0.utf8) }, "\(found)")
  }

  @Test(arguments: [
    ("Café CAFE\u{301}", ["Café", "CAFE\u{301}"]),
    ("ΣΑΣ中İ", ["ΣΑΣ", "中", "İ"]),
    ("한≠", ["한≠"]),
  ])
  func cased(text: String, expected: [String]) {
    #expect(Self.words(text, lowercase: false).map { Array($0.utf8) } == expected.map { Array($0.utf8) })
  }

  @Test func hugeWordsTakeLinearTime() {
    for piece in ["a", "é", "한", "\u{301}", "\u{1D165}", "中", "[", "\u{0}"] {
      let text = String(repeating: piece, count: 100_000)
      #expect(Self.words(text, lowercase: true).count <= 100_000)
    }
  }
}
