import Foundation

/// Unicode's canonical decomposition (NFD), in time linear in the text but for the sorting of marks.
///
/// Foundation's own takes quadratic time for a long word of accented letters, so it is asked only for the
/// decompositions of single characters, once.
enum CanonicalDecomposition {
  /// The decomposition of some characters, none of whose neighbours is a mark.
  static func decompose(_ text: some Sequence<Unicode.Scalar>) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    var needsOrder = false
    for scalar in text {
      let first = result.count
      if hangul.contains(scalar.value) {
        appendJamo(of: scalar.value, to: &result)
      } else if let decomposed = table[scalar] {
        result += decomposed
      } else {
        result.append(scalar)
      }
      needsOrder = needsOrder || result[first...].contains { rank($0) > 0 }
    }
    if needsOrder { orderMarks(&result) }
    return result
  }

  // MARK: - Marks

  private static func rank(_ scalar: Unicode.Scalar) -> UInt8 {
    scalar.properties.canonicalCombiningClass.rawValue
  }

  /// Sorts each run of marks by combining class; marks of one class stay in their order.
  private static func orderMarks(_ text: inout [Unicode.Scalar]) {
    var i = 0
    while i < text.count {
      let end = text[i...].firstIndex { rank($0) == 0 } ?? text.count
      if end - i > 1 {
        let marks = text[i..<end].enumerated().map { (rank: rank($0.element), place: $0.offset, scalar: $0.element) }
        text.replaceSubrange(i..<end, with: marks.sorted { ($0.rank, $0.place) < ($1.rank, $1.place) }.map(\.scalar))
      }
      i = end + 1
    }
  }

  // MARK: - Single characters

  /// The decompositions of the characters that have one, Hangul syllables left out.
  private static let table: [Unicode.Scalar: [Unicode.Scalar]] = {
    // Outside these blocks there are only Hangul, unified ideographs, tags and private characters.
    let blocks: [ClosedRange<UInt32>] = [0xC0...0x33FF, 0xA000...0xABFF, 0xF900...0x1FFFF, 0x2F800...0x2FA1F]
    let scalars = blocks.joined().compactMap(Unicode.Scalar.init).filter {
      ![.unassigned, .privateUse, .control].contains($0.properties.generalCategory)
    }
    var table: [Unicode.Scalar: [Unicode.Scalar]] = [:]
    let stride = 64
    for start in Swift.stride(from: 0, to: scalars.count, by: stride) {
      let chunk = scalars[start..<min(start + stride, scalars.count)]
      var lines = String.UnicodeScalarView()
      for scalar in chunk {
        lines.append(scalar)
        lines.append("\n")
      }
      let decomposed = String(lines).decomposedStringWithCanonicalMapping.unicodeScalars.split(separator: "\n")
      for (scalar, decomposition) in zip(chunk, decomposed) where !decomposition.elementsEqual([scalar]) {
        table[scalar] = Array(decomposition)
      }
    }
    return table
  }()

  /// The Hangul syllables, which decompose by arithmetic (The Unicode Standard, section 3.12).
  private static let hangul: ClosedRange<UInt32> = 0xAC00...0xD7A3

  private static func appendJamo(of syllable: UInt32, to text: inout [Unicode.Scalar]) {
    let (index, trailing) = (syllable - 0xAC00).quotientAndRemainder(dividingBy: 28)
    text.append(Unicode.Scalar(0x1100 + index / 21)!)
    text.append(Unicode.Scalar(0x1161 + index % 21)!)
    if trailing > 0 { text.append(Unicode.Scalar(0x11A7 + trailing)!) }
  }
}
