import Testing

@testable import Reports

struct MedianIntervalTests {
  private func interval(_ values: [Double]) -> MedianInterval { MedianInterval(of: values.map { ($0, $0) }) }

  /// The confidences of the protocol, and the first numbers of draws at which the second and the third place keep 95%.
  @Test(arguments: [
    (1, 1, 0), (3, 1, 0.75), (5, 1, 0.9375), (6, 1, 0.96875), (8, 1, 0.9921875), (9, 2, 0.9609375),
    (12, 3, 0.96142578125), (20, 6, 0.9586105346679688),
  ]) func confidences(count: Int, rank: Int, confidence: Double) {
    let found = interval((1...count).map(Double.init))
    #expect(found.rank == rank)
    #expect(abs(found.twoSidedConfidence - confidence) < 1e-12)
    #expect(abs(found.oneSidedConfidence - (1 + confidence) / 2) < 1e-12)
    #expect(found.low == Double(rank) && found.high == Double(count + 1 - rank))
  }

  /// Lower limits come from the lower ends, upper ones from the upper ends, whichever draw they belong to.
  @Test func openEndsAreTheOutermost() {
    let found = MedianInterval(of: [(1, .infinity), (2, 2), (-.infinity, 3), (4, 4), (5, 5)])
    #expect(found.low == -.infinity && found.high == .infinity && found.median == nil)
    let above = MedianInterval(of: [(1, .infinity), (2, 2), (3, 3)])
    #expect(above.low == 1 && above.high == .infinity)
  }

  @Test func theMedianIsKnownWhereTheOpenEndsDoNotTouchIt() {
    #expect(interval([3, 1, 2]).median == 2)
    #expect(interval([4, 1, 2, 3]).median == 2.5)
    #expect(MedianInterval(of: [(1, 1), (2, 2), (5, .infinity)]).median == 2)
    #expect(MedianInterval(of: [(1, 1), (1.5, .infinity), (2, 2)]).median == nil)
    #expect(MedianInterval(of: [(1, .infinity), (2, .infinity)]).median == nil)
    #expect(MedianInterval(of: [(-.infinity, .infinity)]).median == nil)
  }
}
