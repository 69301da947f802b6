import Testing

@testable import Reports

struct RatioEstimateTests {
  /// Groups of one unit: the mean with the textbook's interval, here of 1, 2, 3 and 4 (t with 3 degrees is 3.1824).
  @Test func unitsAloneHaveTheUsualInterval() throws {
    let estimate = RatioEstimate([1, 2, 3, 4].map { ($0, 1) })
    #expect(estimate.value == 2.5)
    let interval = try #require(estimate.interval)
    #expect(abs(interval.upperBound - (2.5 + 3.182446 * 1.2909944 / 2)) < 1e-5)
    #expect(abs(interval.lowerBound + interval.upperBound - 5) < 1e-12)
  }

  /// Units of one group count as one draw: the same units in fewer groups say less.
  @Test func groupsCountAsDraws() throws {
    let alone = RatioEstimate((0..<40).map { (Double($0 % 4), 1) })
    let grouped = RatioEstimate((0..<4).map { (Double(10 * $0), 10) })
    #expect(alone.value == grouped.value)
    let widths = [alone, grouped].map { $0.interval.map { $0.upperBound - $0.lowerBound } ?? 0 }
    #expect(widths[1] > 3 * widths[0])
  }

  @Test func largeGroupsWeighMore() {
    #expect(RatioEstimate([(10, 1), (0, 4)]).value == 2)
    #expect(RatioEstimate([(10, 1)]).interval == nil)
    #expect(RatioEstimate([(2, 1), (4, 2)]).interval == 2...2)
  }
}
