import Platform
import Testing

@testable import Text
@testable import Training

@Suite struct MaskingRuleTests {
  @Test(arguments: [(1, 1), (3, 1), (10, 2), (30, 4), (50, 8), (64, 10), (128, 19), (512, 77)])
  func countsRoundHalvesToEven(length: Int, expected: Int) throws {
    #expect(MaskingRule.bert.count(length: length) == expected)
    #expect(try MaskingRule(cap: 9).count(length: length) == min(9, expected))
  }

  @Test func nonsenseIsRefused() {
    for probability in [0, -1, 1.5, .nan] {
      #expect(throws: InputError.self) { try MaskingRule(probability: probability) }
    }
    #expect(throws: InputError.self) { try MaskingRule(cap: 0) }
  }

  @Test func sharesAreBERTs() throws {
    let vocabulary = try BatchSourceTests.vocabulary.get()
    let original = [vocabulary.classification] + (0..<126).map { Int32(5 + $0) } + [vocabulary.separator]
    var (masked, kept, random, total) = (0, 0, 0, 0)
    var uses = [Int](repeating: 0, count: original.count)
    var specialReplacements = 0
    for row in 0..<4000 {
      var tokens = original[...]
      let source = RandomSource(seed: 5, purpose: "masking", step: row / 32)
      let chosen = MaskingRule.bert.apply(to: &tokens, vocabulary: vocabulary, random: source, row: row % 32)
      #expect(chosen.count == 19)
      for (position, label) in chosen {
        #expect(original[position] == label)
        uses[position] += 1
        total += 1
        switch tokens[position] {
        case vocabulary.mask: masked += 1
        case label: kept += 1
        default: random += 1
        }
        if tokens[position] != vocabulary.mask, vocabulary.isSpecial(tokens[position]) { specialReplacements += 1 }
      }
      for i in original.indices where !chosen.contains(where: { $0.position == i }) {
        #expect(tokens[i] == original[i])
      }
    }
    // Five standard deviations of a binomial share.
    func isNear(_ count: Int, _ share: Double, of n: Int) -> Bool {
      abs(Double(count) - share * Double(n)) < 5 * (share * (1 - share) * Double(n)).squareRoot() + 1
    }
    let whole = Double(vocabulary.count)
    #expect(isNear(masked, 0.8 + 0.1 / whole, of: total))
    #expect(isNear(kept, 0.1 + 0.1 / whole, of: total))
    #expect(isNear(random, 0.1 - 0.2 / whole, of: total))
    // The random token is of the whole vocabulary: four of the five special ones count here.
    #expect(isNear(specialReplacements, 0.1 * 4 / whole, of: total))
    #expect(specialReplacements > 0)
    #expect(uses[0] == 0)
    #expect(uses[127] == 0)
    #expect(uses[1...126].allSatisfy { isNear($0, 19.0 / 126, of: 4000) })
  }

  @Test func specialTokensAreNeverChosen() throws {
    let vocabulary = try BatchSourceTests.vocabulary.get()
    let original: [Int32] = [2, 1, 4, 3, 7, 0, 1, 8, 3]
    for row in 0..<50 {
      var tokens = original[...]
      let source = RandomSource(seed: 1, purpose: "masking")
      let chosen = try MaskingRule(probability: 1).apply(
        to: &tokens, vocabulary: vocabulary, random: source, row: row)
      #expect(chosen.map(\.position) == [4, 7])
    }
  }
}
