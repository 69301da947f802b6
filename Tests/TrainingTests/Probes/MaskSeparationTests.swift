import Autodiff
import Foundation
import Models
import Testing

@testable import Training

struct MaskSeparationTests {
  /// Masks get one vector where there are no positions, and not where there are.
  @Test func onlyPositionsTellMasksApart() throws {
    let batch = try ProbeFixture.batch()
    func separation(_ position: PositionEncoding) throws -> Double {
      try #require(ProbeFixture.rows(MaskSeparation(), position, on: batch).first).value
    }
    #expect(abs(try separation(.none)) < 1e-12)
    for position in ProbeFixture.positions { #expect(try separation(position) > 1e-3, "\(position)") }
  }

  /// The vectors of training precision are equal as well.
  @Test func floatsAreEqualToo() throws {
    let configuration = ProbeFixture.configuration(.none)
    let rows = EncoderProbes([MaskSeparation(), OrderGap()], on: try ProbeFixture.batch())
      .values(of: ParameterStore<Float>(seed: 1).scope(), configuration)
    #expect(rows.count == 2 && abs(rows[0].value) < 1e-10 && abs(rows[1].value) < 1e-5)
  }

  /// By the formula, pair by pair, with vectors of every length; what is not shown as a mask does not count.
  @Test func separationIsTheMeanOverPairsOfASequence() throws {
    let batch = try ProbeFixture.batch()
    func angle(_ place: Int) -> Double { Double(place * place % 7) / 3 }
    let masks = Set(batch.maskPlaces.joined())
    let hidden = (0..<batch.isText.count).flatMap { place -> [Double] in
      guard masks.contains(place) else { return [-1000, 1] }
      return [Double(place) * cos(angle(place)), Double(place) * sin(angle(place))]
    }
    var cosines: [Double] = []
    for places in batch.maskPlaces {
      for i in places { for j in places where i < j { cosines.append(cos(angle(i) - angle(j))) } }
    }
    let look = ProbeFixture.look(
      hidden: Tensor(hidden, shape: [8, 16, 2]), logits: Tensor(repeating: 0, shape: [batch.batch.labels.count, 24]))
    let rows = MaskSeparation().rows(of: look, on: batch)
    #expect(rows.count == 1)
    #expect(abs(rows[0].value - (1 - cosines.reduce(0, +) / Double(cosines.count))) < 1e-12)
    #expect(MaskSeparation().rows(of: look, on: try ProbeFixture.repeatedWord()).isEmpty)
  }
}
