import Platform
import Testing

@testable import Text
@testable import Training

@Suite struct BatchSourceTests {
  static let vocabulary = Result {
    try Vocabulary(tokens: Vocabulary.specialTokens + (0..<2000).map { "t\($0)" })
  }

  /// Sequences in which every token occurs once: 37 of 10 tokens.
  static let sequences = Result {
    try SequencePacker(sequenceLength: 10).pack(
      [(0..<37 * 8).map { Int32(5 + $0) }], vocabulary: vocabulary.get())
  }

  static func source(seed: UInt64 = 0, batchSize: Int = 5) throws -> BatchSource<MaskedTokenPrediction> {
    try BatchSource(MaskedTokenPrediction(), examples: sequences.get(), batchSize: batchSize, seed: seed)
  }

  /// The tokens before masking.
  static func restored(_ batch: MaskedTokenPrediction.Batch) -> [Int32] {
    var tokens = batch.tokens
    for (position, label) in zip(batch.maskedPositions, batch.labels) { tokens[Int(position)] = label }
    return tokens
  }

  @Test func labelsAreTheOriginalTokens() throws {
    let sequences = try Self.sequences.get()
    let rows = Set((0..<sequences.count).map { Array(sequences[$0]) })
    for step in 0..<20 {
      let batch = try Self.source().batch(at: step)
      #expect(batch.labels.count == 5 * 2)
      #expect(batch.maskedPositions == batch.maskedPositions.sorted())
      #expect(Set(batch.maskedPositions).count == 10)
      #expect(batch.tokenCount == 50)
      #expect(batch.tokenTypes == [Int32](repeating: 0, count: 50))
      #expect(batch.keyPadding == [Bool](repeating: false, count: 50))
      let restored = Self.restored(batch)
      for row in 0..<5 { #expect(rows.contains(Array(restored[row * 10..<(row + 1) * 10]))) }
    }
  }

  @Test func anEpochShowsEverySequenceOnce() throws {
    let sequences = try Self.sequences.get()
    let source = try Self.source()
    // 37 batches of 5 are five epochs of 37.
    let shown = (0..<37).flatMap { Self.restored(source.batch(at: $0)) }
    var orders: [[Int32]] = []
    for epoch in 0..<5 {
      let tokens = Array(shown[epoch * 370..<(epoch + 1) * 370])
      #expect(tokens.filter { $0 > 4 }.sorted() == sequences.tokens.filter { $0 > 4 })
      orders.append(tokens)
    }
    #expect(Set(orders).count == 5)
  }

  @Test func aBatchIsAFunctionOfSeedAndStep() throws {
    let source = try Self.source(seed: 3)
    let forwards = (0..<30).map { source.batch(at: $0) }
    let fresh = try Self.source(seed: 3)
    for step in (0..<30).reversed() {
      #expect(fresh.batch(at: step) == forwards[step])
      #expect(fresh.batch(at: step).digest == forwards[step].digest)
    }
    #expect(Set(forwards.map(\.digest)).count == 30)
    #expect(try Self.source(seed: 4).batch(at: 0).digest != forwards[0].digest)
  }

  @Test func masksAreDrawnAnewEachStep() throws {
    // Sequences are alike but for their tokens, so equal draws would hide equal places.
    let source = try Self.source(batchSize: 37)
    #expect(Set((0..<8).map { source.batch(at: $0).maskedPositions }).count == 8)
  }

  @Test func paddingIsHidden() throws {
    let vocabulary = try Self.vocabulary.get()
    let sequences = try SequencePacker(sequenceLength: 6, policy: .perDocument).pack(
      [[5], [6, 7], [8, 9, 10, 11]], vocabulary: vocabulary)
    let batch = try BatchSource(MaskedTokenPrediction(), examples: sequences, batchSize: 3, seed: 0).batch(at: 0)
    let tokens = Self.restored(batch)
    #expect(batch.keyPadding == tokens.map { $0 == vocabulary.padding })
    #expect(batch.tokenCount == 3 + 4 + 6)
    #expect(batch.labels.count == 3)
  }

  @Test func tooFewSequencesAreRefused() {
    #expect(throws: InputError.self) { try Self.source(batchSize: 38) }
    #expect(throws: InputError.self) { try Self.source(batchSize: 0) }
  }
}

extension PackedSequences {
  /// The tokens of all sequences.
  var tokens: [Int32] { (0..<count).flatMap { self[$0] } }
}
