import Platform
import Testing

@testable import Text
@testable import Training

@Suite struct ValidationSetTests {
  static func make(batchSize: Int, limit: Int? = nil) throws -> ValidationSet<MaskedTokenPrediction> {
    try ValidationSet(
      MaskedTokenPrediction(), examples: BatchSourceTests.sequences.get(), batchSize: batchSize, limit: limit)
  }

  @Test func everySequenceIsThereOnceInOrder() throws {
    let set = try Self.make(batchSize: 8)
    #expect(set.batches.map(\.batchSize) == [8, 8, 8, 8, 5])
    #expect(set.batches.flatMap(BatchSourceTests.restored) == (try BatchSourceTests.sequences.get().tokens))
    #expect(set.batches.reduce(0) { $0 + $1.labels.count } == 37 * 2)
  }

  @Test func masksDoNotDependOnTheBatchSize() throws {
    let tokens = try Self.make(batchSize: 8).batches.flatMap(\.tokens)
    #expect(try Self.make(batchSize: 37).batches.flatMap(\.tokens) == tokens)
    #expect(try Self.make(batchSize: 1).batches.flatMap(\.labels) == Self.make(batchSize: 8).batches.flatMap(\.labels))
  }

  @Test func aLimitTakesSequencesFromAllOver() throws {
    let sequences = try BatchSourceTests.sequences.get()
    let rows = try Self.make(batchSize: 4, limit: 9).batches.flatMap(BatchSourceTests.restored)
    #expect(rows == (0..<9).flatMap { Array(sequences[$0 * 37 / 9]) })
    #expect(try Self.make(batchSize: 4, limit: 1000).batches.count == 10)
    #expect(throws: InputError.self) { try Self.make(batchSize: 4, limit: 0) }
    #expect(throws: InputError.self) { try Self.make(batchSize: 0) }
  }
}
