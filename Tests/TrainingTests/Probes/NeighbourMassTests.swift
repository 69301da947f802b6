import Autodiff
import Models
import Testing

@testable import Models
@testable import Training

struct NeighbourMassTests {
  /// Attention that prefers nothing gives neighbours what chance gives them.
  @Test func uniformAttentionIsChance() throws {
    let batch = try ProbeFixture.batch()
    let rows = ProbeFixture.rows(NeighbourMass(), .none, on: batch) { store in
      for parameter in store.parameters where parameter.name.contains("self.query") {
        parameter.weight.update { for i in $0.indices { $0[i] = 0 } }
      }
    }
    var shares: [Double] = []
    for (sequence, masks) in batch.maskPlaces.enumerated() {
      let text = batch.textPlaces[sequence]
      for i in masks {
        // [CLS] and [SEP] are seen, and are no neighbours.
        shares.append(Double(text.count { $0 != i && abs($0 - i) <= 2 }) / Double(text.count + 2))
      }
    }
    let chance = shares.reduce(0, +) / Double(shares.count)
    #expect(rows.map(\.layer) == [0, 1] && rows.allSatisfy { $0.head == nil })
    for row in rows { #expect(abs(row.value - chance) < 1e-12) }
    #expect(chance < 4.0 / 9)
  }

  /// The largest head counts, and in it the neighbours of masks alone.
  @Test func theHeadThatLooksAtNeighboursCounts() throws {
    let batch = try ProbeFixture.batch()
    // Head 0 looks at itself, head 1 two places ahead, head 2 three places ahead, where there are such places.
    let elements = (0..<8 * 3 * 256).map { index -> Double in
      let (head, i, j) = (index / 256 % 3, index / 16 % 16, index % 16)
      return j == i + [0, 2, 3][head] ? 1 : 0
    }
    let weights = Tensor(elements, shape: [8, 3, 16, 16])
    let view = AttentionView(
      layer: 1, input: Tensor(repeating: 0, shape: [8, 16, 24]), scores: weights, weights: weights)
    let masks = batch.maskPlaces.flatMap { $0 }
    let seen = masks.count { $0 % 16 < 14 && batch.isText[$0 + 2] }
    let rows = NeighbourMass().rows(of: view, on: batch)
    #expect(rows.count == 1 && rows[0].layer == 1)
    #expect(abs(rows[0].value - Double(seen) / Double(masks.count)) < 1e-12)
    #expect(NeighbourMass().rows(of: view, on: try ProbeFixture.repeatedWord()).isEmpty)
  }

  /// Steep penalties on distance draw attention to neighbours.
  @Test func aPenaltyOnDistanceIsAboveNone() throws {
    let batch = try ProbeFixture.batch()
    let masses = [PositionEncoding.none, .alibi].map { position in
      ProbeFixture.rows(NeighbourMass(), position, on: batch) { store in
        for parameter in store.parameters where parameter.name.contains("self.query") {
          parameter.weight.update { for i in $0.indices { $0[i] = 0 } }
        }
      }[0].value
    }
    #expect(masses[1] > masses[0] + 0.01)
  }
}
