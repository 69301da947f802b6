import Models
import Testing

struct RotaryDecayTests {
  /// All pairs agree at distance 0: |S_j| = j, whose mean over n pairs is (n + 1) / 2.
  @Test(arguments: [(64, 1.0, 16.5), (128, 1, 32.5), (2, 1, 1), (64, 0.5, 8.5)])
  func nothingIsLostAtDistanceZero(headDim: Int, fraction: Double, expected: Double) {
    let rotary = RotaryPositions(fraction: fraction)
    #expect(rotary.decay(atDistance: 0, headDim: headDim) == expected)
  }

  /// Two pairs by hand: angles m and m/100; |S_1| = 1, |S_2| = |e^{im} + e^{im/100}| = 2 |cos(0.495 m)|.
  @Test func twoPairsByHand() {
    let decay = RotaryPositions(theta: 10000).decay(atDistance: 3, headDim: 4)
    #expect(abs(decay - 0.5856911) < 1e-6)
  }

  @Test func agreementFallsAndIsEvenInDistance() {
    let rotary = RotaryPositions()
    func mean(_ range: Range<Int>) -> Double {
      range.reduce(0) { $0 + rotary.decay(atDistance: Double($1), headDim: 64) } / Double(range.count)
    }
    #expect(mean(0..<10) > 1.4 * mean(30..<60))
    #expect(mean(30..<60) > 1.2 * mean(200..<256))
    #expect(abs(rotary.decay(atDistance: -7, headDim: 64) - rotary.decay(atDistance: 7, headDim: 64)) < 1e-12)
    // A larger base keeps agreement longer.
    let slow = RotaryPositions(theta: 1e6)
    #expect(slow.decay(atDistance: 200, headDim: 64) > rotary.decay(atDistance: 200, headDim: 64))
  }
}
