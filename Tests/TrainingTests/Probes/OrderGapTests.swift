import Models
import Testing

@testable import Training

struct OrderGapTests {
  /// Zero where order is not seen, and not where it is.
  @Test func onlyPositionsMakeAGap() throws {
    let batch = try ProbeFixture.batch()
    func gap(_ position: PositionEncoding) throws -> Double {
      let rows = ProbeFixture.rows(OrderGap(), position, on: batch)
      #expect(rows.count == 1 && rows[0].layer == nil && rows[0].head == nil)
      return try #require(rows.first).value
    }
    #expect(abs(try gap(.none)) < 1e-12)
    for position in ProbeFixture.positions { #expect(abs(try gap(position)) > 1e-3, "\(position)") }
  }

  /// The gap is the permuted loss minus the loss, as validation computes them.
  @Test func theGapIsADifferenceOfLosses() throws {
    let batch = try ProbeFixture.batch()
    let configuration = ProbeFixture.configuration(.rotary(.init()))
    let store = ParameterStore<Double>(seed: 1)
    func loss(_ batch: MaskedBatch) throws -> Double {
      try #require(MaskedTokenPrediction().measures(of: store.scope(), configuration, on: [batch])[.validationLoss])
    }
    let expected = try loss(batch.batch.moved(to: OrderGap.places(in: batch))) - loss(batch.batch)
    let gap = try #require(ProbeFixture.rows(OrderGap(), .rotary(.init()), on: batch).first).value
    #expect(abs(gap - expected) < 1e-12)
  }

  /// The permutation moves words within their sequence, and nothing else; what it moves stays together.
  @Test func wordsMoveWithinTheirSequences() throws {
    let probed = try ProbeFixture.batch()
    let batch = probed.batch
    let places = OrderGap.places(in: probed)
    let moved = batch.moved(to: places)
    for (sequence, text) in probed.textPlaces.enumerated() {
      #expect(text.map { places[$0] }.sorted() == text)
      #expect(text.map { places[$0] } != text, "sequence \(sequence)")
    }
    for place in batch.tokens.indices {
      #expect(moved.tokens[places[place]] == batch.tokens[place])
      if !probed.isText[place] { #expect(places[place] == place) }
    }
    #expect(moved.keyPadding == batch.keyPadding && moved.maskedPositions == moved.maskedPositions.sorted())
    let labels = Dictionary(uniqueKeysWithValues: zip(moved.maskedPositions.map(Int.init), moved.labels))
    #expect(labels.count == batch.labels.count)
    for (place, label) in zip(batch.maskedPositions, batch.labels) { #expect(labels[places[Int(place)]] == label) }
    #expect(OrderGap.places(in: probed) == places)
    // Sequences are permuted each in its own way: those of one length too.
    let alike = OrderGap.places(in: try ProbeFixture.repeatedWord())
    #expect(alike[..<16].map { $0 } != alike[16..<32].map { $0 - 16 })
  }
}
