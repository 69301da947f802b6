import Testing

@testable import Text

@Suite struct PlainScalarsTests {
  @Test func plainCharactersStayAsTheyAre() {
    var count = 0
    for scalar in (UInt32(0)..<0x30000).compactMap(Unicode.Scalar.init) where PlainScalars.kind(of: scalar) != .other {
      count += 1
      let stays =
        CanonicalDecomposition.decompose([scalar]) == [scalar] && scalar.properties.lowercaseMapping == String(scalar)
        && scalar.categoryInUnicode8 != .nonspacingMark
      if !stays { Issue.record("U+\(String(scalar.value, radix: 16))") }
    }
    #expect(count > 30_000)
  }
}
