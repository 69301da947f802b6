import Platform
import TestSupport
import Testing

@testable import Text

@Suite struct SequencePackerTests {
  static let vocabulary = Result {
    try Vocabulary(tokens: Vocabulary.specialTokens + (0..<2000).map { "t\($0)" })
  }

  @Test func packedDocumentsFollowOneAnother() throws {
    let vocabulary = try Self.vocabulary.get()
    let packed = try SequencePacker(sequenceLength: 6).pack(
      [[10, 11, 12], [], [13, 14, 15, 16], [17], [18, 19, 20]], vocabulary: vocabulary)
    // The stream is 10 11 12 | 13 14 15 16 | 17 | 18 19 20: four at a time, and no separator begins a sequence.
    #expect(
      packed.tokens == [
        2, 10, 11, 12, 3, 3,
        2, 13, 14, 15, 16, 3,
        2, 17, 3, 18, 19, 3,
      ])
    #expect(packed.lengths == [6, 6, 6])
    #expect(packed[1].elementsEqual([2, 13, 14, 15, 16, 3]))
  }

  @Test func documentsOfTheirOwnArePadded() throws {
    let vocabulary = try Self.vocabulary.get()
    let packed = try SequencePacker(sequenceLength: 5, policy: .perDocument).pack(
      [[10, 11, 12, 13], [14], [1, 1]], vocabulary: vocabulary)
    // A sequence of [UNK] alone has nothing to mask.
    #expect(packed.tokens == [2, 10, 11, 12, 3, 2, 13, 3, 0, 0, 2, 14, 3, 0, 0])
    #expect(packed.lengths == [5, 3, 3])
  }

  @Test(arguments: PackingPolicy.allCases, [3, 7, 64])
  func windowsNeverOverlap(policy: PackingPolicy, sequenceLength: Int) throws {
    let vocabulary = try Self.vocabulary.get()
    // Every token occurs once in all documents.
    var next: Int32 = 5
    let documents = (0..<40).map { i in
      (0..<(i * 7 % 50)).map { _ in
        next += 1
        return next
      }
    }
    let packed = try SequencePacker(sequenceLength: sequenceLength, policy: policy).pack(
      documents, vocabulary: vocabulary)
    let content = packed.tokens.filter { !vocabulary.isSpecial($0) }
    #expect(content == Array(documents.joined().prefix(content.count)))
    let left = documents.joined().count - content.count
    #expect(policy == .perDocument ? left == 0 : left < sequenceLength - 2)
    for row in 0..<packed.count {
      #expect(packed[row].first == vocabulary.classification)
      #expect(packed[row].prefix(packed.length(of: row)).last == vocabulary.separator)
      #expect(packed[row].dropFirst(packed.length(of: row)).allSatisfy { $0 == vocabulary.padding })
    }
  }

  @Test func tooLittleTextIsRefused() throws {
    let vocabulary = try Self.vocabulary.get()
    #expect(throws: InputError.self) { try SequencePacker(sequenceLength: 2) }
    #expect(throws: InputError.self) { try SequencePacker(sequenceLength: 8).pack([[9]], vocabulary: vocabulary) }
    #expect(throws: InputError.self) {
      try SequencePacker(sequenceLength: 8, policy: .perDocument).pack([[], [1]], vocabulary: vocabulary)
    }
    func fault(_ documents: [[Int32]]) -> String {
      performing { _ = try SequencePacker(sequenceLength: 8).pack(documents, vocabulary: vocabulary) }
    }
    #expect(fault([[9]]).hasPrefix("corpus: has 1 token, too few for one sequence of 8; expected more text"))
    // Of text that is unknown altogether there is none too little.
    let unknown = [Int32](repeating: vocabulary.unknown, count: 20)
    #expect(
      fault([unknown]).hasPrefix("corpus: none of its 20 tokens is in the vocabulary; expected a larger tokenizer"))
  }
}

extension PackedSequences {
  /// The tokens of all sequences.
  var tokens: [Int32] { (0..<count).flatMap { self[$0] } }
  /// How many tokens of each are not padding.
  var lengths: [Int] { (0..<count).map(length) }
}
